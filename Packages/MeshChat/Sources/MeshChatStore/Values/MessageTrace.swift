public import MeshCrypto

/// What is known of the way of one own message, sealed once.
public struct MessageTrace: Hashable, Sendable {
    /// The submission.
    public let id: SubmissionID
    /// When nodes drop it, in seconds since 1970.
    public let expirySeconds: UInt32
    /// What nodes have signed about it; valid when they were kept.
    public let receipts: [CustodyReceipt]
    /// The secret from inside the envelope, if the recipient has sent it back: it fits the hash that the envelope went out
    /// with, so somebody has opened it who could. It convinces its sender alone, who knew it all the time.
    public let proof: ProofSecret?
    /// When the proof came, in milliseconds since 1970; nil if it didn't.
    public let provenAtMilliseconds: UInt64?
    /// When the recipient's program said that it has the message; nil if it didn't.
    public let deliveredAtMilliseconds: UInt64?
    /// When it said that the message was seen; nil if it didn't.
    public let readAtMilliseconds: UInt64?

    init(_ record: CustodyRecord) {
        id = record.id
        expirySeconds = record.expirySeconds
        receipts = record.receipts
        proof = record.proof
        provenAtMilliseconds = record.provenAt == 0 ? nil : record.provenAt
        deliveredAtMilliseconds = record.deliveredAt == 0 ? nil : record.deliveredAt
        readAtMilliseconds = record.readAt == 0 ? nil : record.readAt
    }
}

/// How often a node did not deliver what another one then gave.
public struct NodeReport: Hashable, Sendable {
    /// What a node did.
    public enum Fault: Hashable, Sendable {
        /// It had signed for the message.
        case withheld
        /// Nothing proves that it ever had the message.
        case missing
    }

    /// Nodes that are remembered: several sets' worth.
    public static let limit = 64

    /// The node.
    public let node: NodeID
    /// Messages that it had signed for.
    public internal(set) var withheld: UInt32 = 0
    /// Others.
    public internal(set) var missing: UInt32 = 0
    /// The last of them.
    public internal(set) var lastID = SubmissionID(Bytes16())
    /// When that was, in milliseconds since 1970.
    public internal(set) var lastAtMilliseconds: UInt64 = 0

    init(node: NodeID) {
        self.node = node
    }
}
