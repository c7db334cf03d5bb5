public import MeshCrypto
public import MeshWire

/// What a fetch from all members of the present and former set came to.
public struct FetchReport: Equatable, Sendable {
    /// A node that has nothing more for the user, or where it couldn't be found out.
    public struct Node: Equatable, Sendable {
        /// The node.
        public let node: NodeID
        /// How many messages it delivered; copies of the same message count at each node.
        public let delivered: Int
        /// Why it isn't known to be empty; nil if it is.
        public let failure: FetchFailure?
    }

    /// Every node that was asked, by node id.
    public let nodes: [Node]
    /// The start addresses that failed while no node was known.
    public let failedStarts: [FailedStart]
    /// How many different messages were delivered to the app.
    public let delivered: Int

    /// A start address that led nowhere.
    public struct FailedStart: Equatable, Sendable {
        /// The address.
        public let address: StartAddress
        /// What happened, in words.
        public let reason: String
    }

    /// The nodes that are empty now.
    public var reached: [NodeID] { nodes.filter { $0.failure == nil }.map(\.node) }
    /// The nodes that may hold more.
    public var unreached: [Node] { nodes.filter { $0.failure != nil } }
}

/// Why a node isn't known to be empty.
public enum FetchFailure: Error, Hashable, Sendable {
    /// No link to any of its endpoints.
    case unreachable(DialFailure)
    /// The link ended before everything had come.
    case linkLost(String)
    /// It refused the fetch.
    case refused(DeliveryStatus)
    /// It did not go on in time.
    case timedOut
    /// It delivered, and then didn't remove what was acknowledged.
    case removalRefused(DeliveryStatus)
    /// Its record is not known any more, so nobody knows where to dial.
    case unknownNode
}

extension FetchFailure: CustomStringConvertible {
    /// What happened.
    public var description: String {
        switch self {
        case .unreachable(let reason): "\(reason)"
        case .linkLost(let reason): "the link ended: \(reason)"
        case .refused(let status): "the fetch was refused: \(status)"
        case .timedOut: "did not go on in time"
        case .removalRefused(let status): "an acknowledged message was not removed: \(status)"
        case .unknownNode: "its address is not known any more"
        }
    }
}
