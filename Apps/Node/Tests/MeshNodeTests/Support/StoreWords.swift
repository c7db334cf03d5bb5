import MeshCrypto
import MeshNode
import MeshQueue
import MeshWire
import NIOCore

extension QueuePage {
    var submissions: [Submission] {
        items.map { item in
            try! Submission(
                recipient: UserID(item.recipient), expirySeconds: item.expirySeconds,
                body: ByteBuffer(bytes: payload(of: item)))
        }
    }
}

extension ReadResult {
    /// Messages under the names that they have by what is in them.
    static func messages(_ messages: [Submission], last: UInt64, hasMore: Bool) -> ReadResult {
        .held(messages.map { HeldMessage(id: $0.id, submission: $0) }, last: last, hasMore: hasMore)
    }
}
