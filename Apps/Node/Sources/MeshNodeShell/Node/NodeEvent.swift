import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshTransport
import MeshWire
import NIOCore

/// What reaches the engine's thread: what the engine knows, and what only its surroundings do.
enum NodeEvent: Sendable {
    case engine(EngineEvent)
    /// The store's answer to all operations that became one commit: those of one turn or of several.
    case committed(number: UInt64, [QueueCommitAnswer])
    /// Of a turn's operations nothing happened.
    case commitFailed(batch: UInt64, QueueError)
    /// The store's answer to a read.
    case fetched(token: UInt64, Result<FetchedPage, QueueError>)
    /// An event loop was told to read no more until this has had its turn.
    case caughtUp(loop: Int)
    /// Somebody wants to know how the node is. Answered on the engine's thread.
    case inspect(@Sendable (Engine.Status) -> Void)
    /// The operator wants a node forgotten. Answered on the engine's thread.
    case forget(NodeID, @Sendable (ForgetOutcome) -> Void)
}

/// What became of the operator's wish to forget a node.
enum ForgetOutcome: Equatable, Sendable {
    case forgotten
    /// No record of it is held.
    case unknown
    /// It is alive or suspect, or this node itself: only who is down or has left can be forgotten.
    case present(NodeState)
}

/// A page of a queue, its payloads in one buffer.
struct FetchedPage: Sendable {
    let items: [QueueItem]
    let payloads: ByteBuffer
    let lastSequence: UInt64
    let hasMore: Bool

    /// Each message is a slice of the page.
    init(_ page: QueuePage) {
        items = page.items
        payloads =
            (page.bytes as? PageBuffer)?.buffer
            ?? page.bytes.withPageBytes { ByteBuffer(bytes: $0) }
        lastSequence = page.lastSequence
        hasMore = page.hasMore
    }

    func payload(of item: QueueItem) -> ByteBuffer? {
        payloads.getSlice(at: item.range.lowerBound, length: item.range.count)
    }
}

/// What is to be done for the engine, in the terms of links and store.
enum NodeEffect: Sendable {
    case send(LinkHandle, Frame)
    case close(LinkHandle, Goodbye)
    case dial(Endpoint, expecting: NodeID?)
    /// All operations of one turn; ``NodeEvent/committed(number:_:)`` or ``NodeEvent/commitFailed(batch:_:)`` follows.
    case commit(batch: UInt64, [QueueOperation], nowSeconds: UInt32)
    /// ``NodeEvent/fetched(token:_:)`` follows.
    case fetch(QueueFetch, token: UInt64)
    /// The engine's ``EngineEvent/answered(token:_:)`` follows.
    case query(StoreQuery, token: UInt64, nowSeconds: UInt32)
    case markHandedOut([MessageKey])
    case expire(nowSeconds: UInt32)
    case persist(Roster)
    case resumeReading(loop: Int)
    case notice(EngineNotice)
    /// Something for the log about the store.
    case storeFailed(String)
    case stopped
}
