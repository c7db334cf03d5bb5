import MeshCrypto

/// One round of looking for a member: directly, then through others.
struct ProbeRound: Sendable {
    let sequence: UInt32
    let nonce: Bytes16
    var stage = Stage.direct
    /// Who was asked to relay, and what came back.
    var relays: [(node: NodeID, answer: Answer?)] = []

    enum Stage { case direct, relayed }
    enum Answer { case silent, other }

    /// None of the relays that were asked said anything: then the fault is likely here. (The papers count each missing
    /// answer; but where a third of all machines fell silent, the rest would think itself ill.)
    var isUnanswered: Bool { !relays.isEmpty && relays.allSatisfy { $0.answer == nil } }
}

/// A member that didn't answer in a whole round.
struct Suspicion: Sendable {
    var startedAt: UInt64
    /// Which record is suspected: a newer one refutes.
    let incarnation: UInt64
    var failedRounds = 1
    /// Others that got no answer either, one for each prefix.
    var confirmations: [Witness: NodeID] = [:]
}

/// What counts as one voice: a prefix, in a laboratory a node.
enum Witness: Hashable, Sendable {
    case prefix(PlacementPrefix)
    case node(NodeID)
}

/// A probe made for somebody else.
struct Relay: Sendable {
    let requester: NodeID
    let requesterSequence: UInt32
    let target: NodeID
}

/// What is due when.
enum SwimTimer: Hashable, Sendable {
    case probe
    /// A round's steps, by its target.
    case hint(NodeID)
    case direct(NodeID)
    case round(NodeID)
    /// The next round of a suspect, and the end of its time.
    case suspect(NodeID)
    case verdict(NodeID)
    /// A relay's end, by its sequence.
    case relay(UInt32)
}
