import MeshQueueCore

/// The threads around a store: one writes with group commit, one reads, one copies the log back.
final class QueueEngine: @unchecked Sendable {
    let store: SQLiteQueueStore
    private let handler: QueueCompletionHandler
    private let writes: Inbox<WriteRequest>
    private let reads: Inbox<ReadRequest>
    private let checkpointer: Checkpointer
    private var threads: [WorkerThread] = []
    private let closing = Lock()
    private var isClosed = false

    /// 4,096 operations a transaction: some 4 MB at 1 KiB, 10 ms of work; more would only make the first wait longer.
    static let operationsPerCommit = 4_096
    /// 50 ms without requests count as idle.
    static let idleMilliseconds = 50
    /// 65,536 fetches may wait.
    static let pendingFetches = 65_536

    init(
        store: SQLiteQueueStore, options: QueueOptions, handler: @escaping QueueCompletionHandler,
        report: @escaping QueueReportHandler
    ) throws(SQLiteFailure) {
        self.store = store
        self.handler = handler
        writes = Inbox(limit: options.maximumPendingOperations)
        reads = Inbox(limit: Self.pendingFetches)
        checkpointer = Checkpointer(try store.connect(), report: report)
    }

    /// Starts the threads, which hold on to this until `close`.
    func start() {
        threads = [
            WorkerThread(name: "queue-writer") { self.write() },
            WorkerThread(name: "queue-reader") { self.read() },
        ]
    }

    func put(_ request: WriteRequest, weight: Int) throws(QueueError) { try writes.put(request, weight: weight) }

    func put(_ request: ReadRequest) throws(QueueError) { try reads.put(request, weight: 1) }

    /// Commits and answers what is pending, ends the threads, closes the store.
    func close() throws(QueueError) {
        let isFirst = closing.withLock {
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        writes.stop()
        reads.stop()
        for thread in threads { thread.join() }
        threads = []
        checkpointer.stop()
        try store.close()
    }
}

// MARK: The writer's thread

extension QueueEngine {
    private func write() {
        var requests: [WriteRequest] = []
        var idleMilliseconds: Int? = Self.idleMilliseconds
        while true {
            switch writes.take(&requests, idleMilliseconds: idleMilliseconds) {
            case .stopped: return
            case .requests:
                serve(requests)
                requests.removeAll(keepingCapacity: true)
                idleMilliseconds = Self.idleMilliseconds
            case .idle:
                let hasMore = store.housekeep(isIdle: true)
                idleMilliseconds = hasMore ? 0 : store.isHousekeepingPending ? Self.retryMilliseconds : nil
            }
        }
    }

    /// 1 s until housekeeping is tried again that found something in its way.
    private static let retryMilliseconds = 1_000

    private func serve(_ requests: [WriteRequest]) {
        var group = CommitGroup()
        for request in requests {
            switch request {
            case .commit(let submission, let reply):
                if group.operations + submission.operations.count > Self.operationsPerCommit { commit(&group) }
                group.add(submission, reply)
            case .expire(let nowSeconds, let reply):
                commit(&group)
                expire(nowSeconds: nowSeconds, reply)
            }
        }
        commit(&group)
    }

    /// Submissions that are committed together.
    private struct CommitGroup {
        var submissions: [Submission] = []
        var replies: [Reply<QueueCommit>] = []
        var operations = 0

        mutating func add(_ submission: Submission, _ reply: Reply<QueueCommit>) {
            submissions.append(submission)
            replies.append(reply)
            operations += submission.operations.count
        }
    }

    private func commit(_ group: inout CommitGroup) {
        guard !group.submissions.isEmpty else { return }
        var answers = AnswerBatch()
        commit(group, &answers)
        answers.deliver(to: handler)
        group = CommitGroup()
        _ = store.housekeep(isIdle: false)
        checkpointer.afterCommit(store)
    }

    /// If the whole group fails for what may be one submission's sake, each is tried alone.
    private func commit(_ group: CommitGroup, _ answers: inout AnswerBatch) {
        do throws(QueueError) {
            let (number, outcomes) = try store.commit(group.submissions)
            answers.add(number: number, outcomes: outcomes, to: group.replies)
        } catch {
            guard group.submissions.count > 1, error.mayBeOfOneSubmission else {
                for reply in group.replies { answers.add(error, to: reply) }
                return
            }
            for (submission, reply) in zip(group.submissions, group.replies) {
                commit(CommitGroup(submissions: [submission], replies: [reply]), &answers)
            }
        }
    }

    private func expire(nowSeconds: UInt32, _ reply: Reply<QueueExpiry>) {
        var answers = AnswerBatch()
        let result = Result { () throws(QueueError) in try store.expire(nowSeconds: nowSeconds) }
        answers.add(result, to: reply) { .expired(token: $0, $1) }
        answers.deliver(to: handler)
        checkpointer.afterCommit(store)
    }
}

extension QueueError {
    /// Whether other operations of the same commit might have succeeded without the one that failed.
    fileprivate var mayBeOfOneSubmission: Bool {
        switch self {
        case .outOfSpace, .damaged: true
        case .inputOutput, .tooManyPending, .closed: false
        }
    }
}

// MARK: The reader's thread

extension QueueEngine {
    private func read() {
        var requests: [ReadRequest] = []
        while case .requests = reads.take(&requests, idleMilliseconds: nil) {
            var rest = requests[...]
            while !rest.isEmpty {
                let group = Self.group(rest)
                answer(group)
                rest = rest.dropFirst(group.count)
            }
            requests.removeAll(keepingCapacity: true)
        }
    }

    /// As many fetches as together ask for no more bytes than one may; at least one.
    private static func group(_ requests: ArraySlice<ReadRequest>) -> ArraySlice<ReadRequest> {
        var bytes = 0
        let end = requests.firstIndex { request in
            bytes += max(0, min(request.fetch.maxBytes, QueueBounds.fetchBytes))
            return bytes > QueueBounds.fetchBytes
        }
        return requests[..<max(end ?? requests.endIndex, requests.startIndex + 1)]
    }

    private func answer(_ requests: ArraySlice<ReadRequest>) {
        var answers = AnswerBatch()
        for (result, request) in zip(store.fetch(requests.map(\.fetch)), requests) {
            answers.add(result, to: request.reply) { .fetched(token: $0, $1) }
        }
        answers.deliver(to: handler)
    }
}
