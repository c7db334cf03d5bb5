public import MeshCrypto

/// Who is in the network: a state machine without socket, clock or random source of its own.
///
/// Events go in with the time; what has to be done comes out. Whoever holds one calls ``handle(_:now:)`` with
/// ``MembershipEvent/tick`` at the latest when ``nextDeadline`` has come. Equal configurations and events give equal
/// actions.
///
/// On a link between nodes each end first says its own record and its roster's digest. The shell sends them
/// (``ownRecord``, ``roster``) and hands over what the other end said, as ``MembershipEvent/records(_:from:)`` and
/// ``MembershipEvent/digest(_:from:)``.
public protocol MembershipCore: Sendable {
    /// Starts with what was stored, if anything; an error leaves nothing behind.
    init(_ configuration: MembershipConfiguration, now: UInt64) throws(MembershipError)

    /// All that is known and believed, this node included.
    var roster: Roster { get }
    /// What this node says of itself now.
    var ownRecord: NodeRecord { get }
    /// When ``MembershipEvent/tick`` is due at the latest, in milliseconds since 1970; nil if nothing is waited for.
    var nextDeadline: UInt64? { get }
    /// What was refused and dropped since the start.
    var counters: MembershipCounters { get }
    /// Members that have named other placed nodes for a minute and longer, in the order of node ids
    /// (``SplitViewDetector``): reached by others and not from here, or showing others another network.
    var splitViews: [SplitViewDetector.SplitView] { get }

    /// Takes an event at `now` (milliseconds since 1970; going backwards is taken for standing still) and says what the
    /// shell has to do, in that order.
    mutating func handle(_ event: MembershipEvent, now: UInt64) -> [MembershipAction]
}

extension MembershipCore {
    /// None, for a core that doesn't look for them.
    public var splitViews: [SplitViewDetector.SplitView] { [] }
}

/// What a membership core starts with.
public struct MembershipConfiguration: Sendable {
    /// The node's keys, for signing its record.
    public var identity: NodeIdentity
    /// What the node says of itself.
    public var description: NodeDescription
    /// The network it founds or joins.
    public var parameters: NetworkParameters
    /// The roster it stored last time; its members count as down until they answer.
    public var stored: Roster?
    /// Where to find a first member.
    public var startAddresses: [StartAddress]
    /// What all its random choices come from: random itself in operation, chosen in a simulation.
    public var seed: UInt64

    /// Takes the parts as they are.
    public init(
        identity: NodeIdentity, description: NodeDescription, parameters: NetworkParameters, stored: Roster? = nil,
        startAddresses: [StartAddress] = [], seed: UInt64
    ) {
        self.identity = identity
        self.description = description
        self.parameters = parameters
        self.stored = stored
        self.startAddresses = startAddresses
        self.seed = seed
    }
}

/// A first address that an operator named, with or without the key that has to answer there.
public struct StartAddress: Hashable, Sendable {
    /// Where to dial.
    public let endpoint: Endpoint
    /// Who has to answer; nil takes whoever does.
    public let node: NodeID?

    /// Takes both as they are.
    public init(_ endpoint: Endpoint, node: NodeID? = nil) {
        self.endpoint = endpoint
        self.node = node
    }
}

/// Why a membership core can't start.
public enum MembershipError: Error, Hashable, Sendable {
    /// No record can be made of the node's description.
    case record(NodeRecordError)
    /// The record wouldn't count in this network.
    case refused(NodeRecordRefusal)
    /// The stored roster belongs to another network.
    case foreignRoster(got: NetworkID, allowed: NetworkID)
}

extension MembershipError: CustomStringConvertible {
    /// What is in the way, and what to change.
    public var description: String {
        switch self {
        case .record(let error): "this node can't describe itself: \(error)"
        case .refused(let refusal):
            "this node can't take part in the network: \(refusal); advertise another address, or join another network"
        case .foreignRoster(let got, let allowed):
            "the stored roster belongs to network \(got), not to \(allowed); use another data directory"
        }
    }
}

/// What a membership core has refused since it started; for logs and metrics.
public struct MembershipCounters: Hashable, Sendable {
    /// Records that were of no use: another network or kind of address, a bad signature.
    public var refusedRecords = 0
    /// Records that were older than what is known.
    public var staleRecords = 0
    /// Unproven records that found no room.
    public var droppedCandidates = 0
    /// Dials for proof that failed.
    public var failedProofs = 0
    /// Messages that couldn't be read, or came from no member.
    public var refusedMessages = 0

    /// Nothing so far.
    public init() {}
}
