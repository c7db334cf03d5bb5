/// Senders hand in messages for people who aren't there; counted is what the server has answered for.
struct StoreShape {
    var messages: Int
    var window: Int
    var payload: Int
    /// The people who send, by their numbers.
    var senders: [Int]
    /// Whom they write to, in turn.
    var recipients: [Int]

    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        try run(servers, pool) { try servers.session($0, person: $1) }
    }

    /// - Parameter make: opens the session of a sender.
    func run(
        _ servers: any ChatServers, _ pool: WorkerPool,
        make: @escaping @Sendable (Worker, Int) throws -> ChatSession
    ) throws -> Run {
        defer { pool.closeAll() }
        try servers.introduce(people: recipients, pool)
        let budget = Budget(messages)
        let scripts = pool.run { worker in
            let script = StoreScript(worker, budget, window: window, recipients: recipients)
            script.open(pool.share(senders, of: worker), make)
            return script
        }
        try scripts.check()
        let meter = Meter(servers.processes)
        _ = pool.run { scripts[$0.index].go() }
        let run = meter.run(count: messages, latencies: scripts.latencies, payload: payload)
        try scripts.check()
        return run
    }
}

final class StoreScript: Script, @unchecked Sendable {
    private(set) var latencies = Histogram()
    private let budget: Budget
    private let window: Int
    private let recipients: [Int]
    private var outstanding = 0
    private var isExhausted = false

    init(_ worker: Worker, _ budget: Budget, window: Int, recipients: [Int]) {
        self.budget = budget
        self.window = window
        self.recipients = recipients
        super.init(worker)
    }

    func go() {
        for session in sessions { for _ in 0..<window { sendNext(session) } }
        run { isExhausted && outstanding == 0 || sessions.isEmpty }
    }

    private func sendNext(_ session: ChatSession) {
        guard let number = budget.take() else { return isExhausted = true }
        outstanding += 1
        session.send(
            Message(sentAt: Clock.now, sender: UInt32(session.person), kind: .text),
            to: recipients[number % recipients.count])
    }

    override func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool) {
        guard isAccepted else {
            return fail("a message was refused: \((session as? MeshSession)?.lastRefusal ?? "by the server")")
        }
        latencies.add(nanoseconds: Clock.now - sentAt)
        outstanding -= 1
        sendNext(session)
    }
}

extension [StoreScript] {
    /// Those of all workers.
    var latencies: Histogram { reduce(into: Histogram()) { $0.add($1.latencies) } }

    func check() throws { try (self as [Script]).check() }
}
