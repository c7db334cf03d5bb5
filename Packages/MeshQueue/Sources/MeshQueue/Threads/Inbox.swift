import MeshQueueCore

/// Requests on their way to a thread: many put, one takes all at once.
final class Inbox<Request: Sendable>: @unchecked Sendable {
    /// What the taker woke up for.
    enum Delivery {
        /// There are requests.
        case requests
        /// There were none for the time asked.
        case idle
        /// There are none, and there will be none.
        case stopped
    }

    private let lock = Lock()
    private let condition: Lock.Condition
    private let limit: Int
    private var requests: [Request] = []
    private var weight = 0
    private var isStopped = false
    private var isWaiting = false

    /// - Parameter limit: How much may wait, in units of `put`'s weight.
    init(limit: Int) {
        condition = Lock.Condition(lock)
        self.limit = limit
    }

    /// Adds a request; wakes the taker only if it waits. A request heavier than the limit is taken if none waits.
    func put(_ request: Request, weight added: Int) throws(QueueError) {
        try lock.withLock { () throws(QueueError) in
            if isStopped { throw .closed }
            if weight > 0, weight + added > limit { throw .tooManyPending(limit: limit) }
            requests.append(request)
            weight += added
            guard isWaiting else { return }
            isWaiting = false
            condition.signal()
        }
    }

    /// Waits for requests and exchanges them for the empty array given, whose memory is used again.
    ///
    /// - Parameter idleMilliseconds: How long to wait before saying so; nil waits for ever.
    func take(_ taken: inout [Request], idleMilliseconds: Int?) -> Delivery {
        lock.withLock {
            while requests.isEmpty {
                if isStopped { return .stopped }
                isWaiting = true
                defer { isWaiting = false }
                guard let idleMilliseconds else {
                    condition.wait()
                    continue
                }
                if idleMilliseconds == 0 || !condition.wait(milliseconds: idleMilliseconds), requests.isEmpty {
                    return isStopped ? .stopped : .idle
                }
            }
            swap(&requests, &taken)
            weight = 0
            return .requests
        }
    }

    /// Takes no more requests; what is in still comes out.
    func stop() {
        lock.withLock {
            isStopped = true
            condition.broadcast()
        }
    }
}
