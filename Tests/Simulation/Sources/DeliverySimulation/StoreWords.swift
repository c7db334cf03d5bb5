import MeshCrypto
import MeshNode
import MeshQueue
import MeshWire
import NIOCore

extension QueuePage {
    var submissions: [Submission] {
        items.compactMap { item in
            try? Submission(
                recipient: UserID(item.recipient), expirySeconds: item.expirySeconds,
                body: ByteBuffer(bytes: payload(of: item)))
        }
    }
}
