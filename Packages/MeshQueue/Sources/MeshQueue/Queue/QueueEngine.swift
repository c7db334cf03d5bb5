import MeshQueueCore

/// The threads around a log: one writes with group commit, one reads.
final class QueueEngine: @unchecked Sendable {
    private let log: LogStore
    private let reader: LogReader
    private let gate: LockGate
    private let directory: QueueDirectory
    private let pageBytes: any QueuePageBytes.Type
    private let handler: QueueCompletionHandler
    private let writes: Inbox<WriteRequest>
    private let reads: Inbox<ReadRequest>
    private var threads: [WorkerThread] = []
    private let closing = Lock()
    private var isClosed = false

    /// 4,096 operations a commit: some 4 MB at 1 KiB, 10 ms of work; more would only make the first wait longer.
    static let operationsPerCommit = 4_096
    /// 8 MiB of payloads a commit, for the same reason.
    static let bytesPerCommit = 8 << 20
    /// A second without requests counts as idle. A drain has pauses of some 100 ms, and what would be copied in them to
    /// make room dies by itself right after.
    static let idleMilliseconds = 1_000
    /// 65,536 reads may wait.
    static let pendingReads = 65_536

    init(
        directory: QueueDirectory, options: QueueOptions, handler: @escaping QueueCompletionHandler,
        report: @escaping QueueReportHandler
    ) throws(QueueOpenError) {
        self.directory = directory
        self.handler = handler
        pageBytes = options.pageBytes
        gate = LockGate()
        let disk: PosixDisk
        do throws(DiskError) {
            disk = try PosixDisk(path: directory.path)
        } catch {
            throw error.openError(directory: directory.path)
        }
        log = try LogStore(
            disk: disk, options: options.forLog, random: .random(in: 0 ... .max), gate: gate, report: report)
        reader = LogReader(disk: disk, memory: log.memory, report: report)
        writes = Inbox(limit: options.maximumPendingOperations)
        reads = Inbox(limit: Self.pendingReads)
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

    /// Commits and answers what is pending, ends the threads, closes the log.
    func close() {
        let isFirst = closing.withLock {
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        writes.stop()
        reads.stop()
        for thread in threads { thread.join() }
        threads = []
        log.close()
        directory.release()
    }

    /// Looks at memory from any thread.
    func look<Result>(_ body: (LogReader, LogMemory) -> Result) -> Result {
        gate.look { body(reader, log.memory) }
    }
}

extension DiskError {
    fileprivate func openError(directory: String) -> QueueOpenError {
        switch self {
        case .outOfSpace: .outOfSpace(file: directory)
        case .failed(let code, let message): .unusableDirectory(path: directory, code: code, message: message)
        }
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
                let hasMore = log.housekeep(isIdle: true)
                idleMilliseconds = hasMore ? 0 : log.isHousekeepingPending ? Self.retryMilliseconds : nil
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
                if !group.hasRoom(for: submission) { commit(&group) }
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
        var submissions: [LogSubmission] = []
        var replies: [Reply<QueueCommit>] = []
        private var operations = 0
        private var bytes = 0

        init() {}

        init(_ submission: LogSubmission, _ reply: Reply<QueueCommit>) { add(submission, reply) }

        mutating func add(_ submission: LogSubmission, _ reply: Reply<QueueCommit>) {
            submissions.append(submission)
            replies.append(reply)
            operations += submission.operations.count
            bytes += submission.byteCount
        }

        func hasRoom(for submission: LogSubmission) -> Bool {
            operations + submission.operations.count <= QueueEngine.operationsPerCommit
                && bytes + submission.byteCount <= QueueEngine.bytesPerCommit
        }
    }

    private func commit(_ group: inout CommitGroup) {
        guard !group.submissions.isEmpty else { return }
        var answers = AnswerBatch()
        commit(group, &answers)
        answers.deliver(to: handler)
        group = CommitGroup()
        _ = log.housekeep(isIdle: false)
    }

    /// If the whole group fails for what may be one submission's sake, each is tried alone.
    private func commit(_ group: CommitGroup, _ answers: inout AnswerBatch) {
        do throws(QueueError) {
            let (number, outcomes) = try log.commit(group.submissions)
            answers.add(number: number, outcomes: outcomes, to: group.replies)
        } catch {
            guard group.submissions.count > 1, error.mayBeOfOneSubmission else {
                for reply in group.replies { answers.add(error, to: reply) }
                return
            }
            for (submission, reply) in zip(group.submissions, group.replies) {
                commit(CommitGroup(submission, reply), &answers)
            }
        }
    }

    private func expire(nowSeconds: UInt32, _ reply: Reply<QueueExpiry>) {
        var answers = AnswerBatch()
        let result = Result { () throws(QueueError) in try log.expire(nowSeconds: nowSeconds) }
        answers.add(result, to: reply) { .expired(token: $0, $1) }
        answers.deliver(to: handler)
        _ = log.housekeep(isIdle: false)
    }
}

extension LogSubmission {
    /// Payload bytes of all appends.
    fileprivate var byteCount: Int {
        operations.reduce(0) { sum, operation in
            if case .append(let append) = operation { sum + append.payload.byteCount } else { sum }
        }
    }
}

extension QueueError {
    /// Whether other operations of the same commit might have succeeded without the one that failed.
    fileprivate var mayBeOfOneSubmission: Bool {
        switch self {
        case .outOfSpace, .damaged, .tooManyPending: true
        case .inputOutput, .closed: false
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

    /// As many requests as together ask for no more bytes than one may; at least one.
    private static func group(_ requests: ArraySlice<ReadRequest>) -> ArraySlice<ReadRequest> {
        var bytes = 0
        let end = requests.firstIndex { request in
            bytes += request.byteCount
            return bytes > QueueBounds.fetchBytes
        }
        return requests[..<max(end ?? requests.endIndex, requests.startIndex + 1)]
    }

    /// What was noted of a request under the gate.
    private enum Plan {
        case page(LogReader.FetchPlan, Reply<QueuePage>, byKeys: Bool)
        case lookup(LogReader.LookupPlan, Reply<[QueueLookup]>)
        case tombstones(LogReader.WalkPlan, Reply<QueueTombstonePage>)
    }

    private func answer(_ requests: ArraySlice<ReadRequest>) {
        let plans = gate.beginReading(log.memory) { requests.map(plan) }
        var answers = AnswerBatch()
        for plan in plans { answer(plan, &answers) }
        gate.endReading()
        answers.deliver(to: handler)
    }

    private func plan(_ request: ReadRequest) -> Plan {
        switch request {
        case .fetch(let fetch, let reply): .page(reader.look(fetch), reply, byKeys: false)
        case .fetchKeys(let keys, let maxBytes, let reply):
            .page(reader.look(keys: keys, maxBytes: maxBytes), reply, byKeys: true)
        case .lookup(let keys, let nowSeconds, let reply):
            .lookup(reader.look(up: keys, nowSeconds: nowSeconds), reply)
        case .tombstones(let cursor, let maxCount, let nowSeconds, let reply):
            .tombstones(reader.look(from: cursor, maxCount: maxCount, nowSeconds: nowSeconds), reply)
        }
    }

    private func note(_ page: QueuePage) {
        var news: [QueueDamage] = []
        gate.change { news = reader.note(page) }
        reader.tell(news)
    }

    private func answer(_ plan: Plan, _ answers: inout AnswerBatch) {
        switch plan {
        case .page(let plan, let reply, let byKeys):
            let page = reader.readPage(plan, into: pageBytes)
            note(page)
            answers.add(.success(page), to: reply) {
                byKeys ? .fetchedKeys(token: $0, $1) : .fetched(token: $0, $1)
            }
        case .lookup(let plan, let reply):
            let result = Result { () throws(QueueError) in try reader.answers(plan) }
            answers.add(result, to: reply) { .lookedUp(token: $0, $1) }
        case .tombstones(let plan, let reply):
            let result = Result { () throws(QueueError) in try reader.tombstones(plan) }
            answers.add(result, to: reply) { .tombstones(token: $0, $1) }
        }
    }
}
