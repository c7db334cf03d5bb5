import MeshCrypto
import MeshWire

/// What bringing queues to where they belong wants done. Tokens and requests come back with the answer.
enum SyncAction: Sendable {
    case query(token: UInt64, StoreQuery)
    case release(token: UInt64, MessageKey)
    case compare(NodeID, Compare)
    case offer(NodeID, request: UInt64, recipient: UserID, ids: [SubmissionID])
    case replicate(NodeID, request: UInt64, Submission)
    case remove(NodeID, Remove)
}

/// What one token or request is about.
enum SyncRequest: Sendable {
    case recipients
    case digests(key: UInt64)
    case list(UserID)
    case read(UserID, ids: [SubmissionID], reservedBytes: Int)
    case lookup(UserID, ids: [SubmissionID])
    case release(UserID, SubmissionID)
    case tombstones
    case compare(NodeID)
    case remove(NodeID)
    case offer(UserID, NodeID)
    case replicate(UserID, NodeID, SubmissionID, bytes: Int)

    /// Which peer owes the answer.
    var target: NodeID? {
        switch self {
        case .compare(let node), .remove(let node), .offer(_, let node), .replicate(_, let node, _, _): node
        default: nil
        }
    }

    /// What it takes of the bytes in flight.
    var bytes: Int {
        switch self {
        case .read(_, _, let bytes), .replicate(_, _, _, let bytes): bytes
        default: 0
        }
    }
}
