/// What names a message within a whole store: whose queue, and its id there.
public struct QueueKey: Hashable, Sendable, BitwiseCopyable {
    /// Whose queue.
    public var recipient: QueueRecipient
    /// Its name within that queue.
    public var id: QueueItemID

    /// The name of a message.
    public init(recipient: QueueRecipient, id: QueueItemID) {
        self.recipient = recipient
        self.id = id
    }
}

extension QueueKey: Comparable {
    /// By recipient, then by id, each in the order of its bytes.
    public static func < (left: QueueKey, right: QueueKey) -> Bool {
        left.recipient != right.recipient ? left.recipient < right.recipient : left.id < right.id
    }
}
