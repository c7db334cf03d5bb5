/// What one node thinks of another.
public enum NodeState: UInt8, Sendable, CaseIterable, Comparable {
    /// Proven and answering.
    case alive = 0
    /// Not answering for the moment; keeps its place.
    case suspect = 1
    /// Not answering: it lost its place, its record stays.
    case down = 2
    /// It said that it goes.
    case left = 3

    /// Whether a node in this state has a place on the circle.
    public var isPlaced: Bool { self == .alive || self == .suspect }

    /// In the order alive, suspect, down, left.
    public static func < (left: NodeState, right: NodeState) -> Bool { left.rawValue < right.rawValue }
}

extension NodeState: CustomStringConvertible {
    /// `alive`, `suspect`, `down` or `left`.
    public var description: String {
        switch self {
        case .alive: "alive"
        case .suspect: "suspect"
        case .down: "down"
        case .left: "left"
        }
    }
}

/// A record together with what whoever passes it on thinks of the node. The state is hearsay; the record is signed.
public struct ReportedRecord: Hashable, Sendable {
    /// The signed record.
    public let record: NodeRecord
    /// What the sender thinks of the node.
    public let state: NodeState

    /// Takes both as they are.
    public init(_ record: NodeRecord, state: NodeState) {
        self.record = record
        self.state = state
    }
}
