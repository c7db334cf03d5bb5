import MeshCrypto
import MeshNode
import MeshQueue
import MeshWire
import NIOCore

/// A page of the store, read straight into a network buffer.
struct PageBuffer: QueuePageBytes {
    let buffer: ByteBuffer

    static func make(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) -> PageBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: byteCount)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { target in
            fill(UnsafeMutableRawBufferPointer(rebasing: target[..<byteCount]))
            return byteCount
        }
        return PageBuffer(buffer: buffer)
    }

    func withPageBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeReadableBytes(body)
    }
}

extension StoreAnswer {
    /// What was stored by another program, and has a form of no message, is passed over.
    init(_ result: Result<QueuePage, QueueError>) {
        guard let page = try? result.get() else {
            self = .failed
            return
        }
        let payloads = FetchedPage(page)
        let messages = page.items.compactMap { item in
            payloads.payload(of: item).flatMap { body in
                try? Submission(recipient: UserID(item.recipient), expirySeconds: item.expirySeconds, body: body)
            }
        }
        self = .messages(messages, examined: page.examined)
    }

    init(_ result: Result<[QueueLookup], QueueError>) {
        guard let answers = try? result.get() else {
            self = .failed
            return
        }
        self = .lookup(answers.map(StoredState.init))
    }

    init(_ result: Result<QueueTombstonePage, QueueError>) {
        guard let page = try? result.get() else {
            self = .failed
            return
        }
        self = .tombstones(page.tombstones.compactMap(StoredTombstone.init), next: page.next)
    }
}
