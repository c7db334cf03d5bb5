import MeshCrypto

/// One round of looking for a member: directly, then through others.
struct ProbeRound: Sendable {
    let sequence: UInt32
    let nonce: Bytes16
    /// By turn, not because of somebody's hint: these tell how well this node itself does.
    let isByTurn: Bool
    let begunAt: UInt64
    /// What all its times are multiplied by (``LocalHealth``).
    let scale: UInt64
    var stage = Stage.direct
    /// Others who have said meanwhile that they suspect the target.
    var voices: [NodeID] = []
    /// Who was asked to relay, and what came back.
    var relays: [(node: NodeID, answer: Answer?)] = []

    /// Waiting for a direct answer; for that, after asking again; after others were given a hint, too; for those who
    /// were asked to relay, while the target is asked for the third time.
    enum Stage { case direct, repeated, hinted, relayed }
    enum Answer { case silent, other }

    func time(after delay: UInt64) -> UInt64 { begunAt + scale * delay }

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
    /// Rounds before the one under way, the latest last: their relays may still bring a sign of life.
    var former: [FormerRound] = []
    /// Others that got no answer either, one for each prefix.
    private(set) var confirmations: [Witness] = []

    /// One voice more, if it is a new one.
    mutating func confirm(by witness: Witness) {
        if !confirmations.contains(witness) { confirmations.append(witness) }
    }

    /// The suspicion begins anew.
    mutating func restart(_ now: UInt64) {
        startedAt = now
        failedRounds = 0
        confirmations = []
    }
}

/// A round that is over.
struct FormerRound: Sendable {
    let sequence: UInt32
    let nonce: Bytes16
    let relays: [NodeID]
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
    /// It has been told that there is no answer.
    var isLate = false
}

/// What is due when.
enum SwimTimer: Hashable, Sendable {
    case probe
    /// Hints wait to go out.
    case gossip
    /// A round's next step, by its target.
    case round(NodeID)
    /// The next round of a suspect, or of one that may be back; and the end of a suspect's time.
    case suspect(NodeID)
    case verdict(NodeID)
    /// A relay's end, by its sequence.
    case relay(UInt32)
}
