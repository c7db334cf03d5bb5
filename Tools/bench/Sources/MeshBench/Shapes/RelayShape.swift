/// Pairs of people who are both there; counted is what has arrived, timed from the hand-in to the arrival.
struct RelayShape {
    var messages: Int
    var window: Int
    var payload: Int
    var pairs: Int

    /// The recipient of pair n is person n; its sender is person `pairs + n`.
    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        defer { pool.closeAll() }
        let budget = Budget(messages)
        let pairs = pairs
        let scripts = pool.run { worker in
            let script = RelayScript(worker, budget, window: window, pairs: pairs)
            let own = pool.share(0..<pairs, of: worker)
            script.open(own) { try servers.residenceSession($0, person: $1) }
            script.awaitFollowing(own.count)
            script.open(own.map { $0 + pairs }) { try servers.session($0, person: $1) }
            return script
        }
        try (scripts as [Script]).check()
        let meter = Meter(servers.processes)
        _ = pool.run { scripts[$0.index].go() }
        let latencies = scripts.reduce(into: Histogram()) { $0.add($1.latencies) }
        let run = meter.run(count: messages, latencies: latencies, payload: payload)
        try (scripts as [Script]).check()
        return run
    }
}

final class RelayScript: Script, @unchecked Sendable {
    private(set) var latencies = Histogram()
    private let budget: Budget
    private let window: Int
    private let pairs: Int
    private var following = 0
    private var outstanding = 0
    private var isExhausted = false
    private var senders: [Int: ChatSession] = [:]

    init(_ worker: Worker, _ budget: Budget, window: Int, pairs: Int) {
        self.budget = budget
        self.window = window
        self.pairs = pairs
        super.init(worker)
    }

    override func didOpen(_ session: ChatSession) {
        if session.person < pairs { session.follow() } else { senders[session.person - pairs] = session }
    }

    override func drained(_ session: ChatSession) { if senders.isEmpty { following += 1 } }

    func awaitFollowing(_ count: Int) { run { following >= count } }

    func go() {
        for session in senders.values { for _ in 0..<window { sendNext(session) } }
        run { isExhausted && outstanding == 0 || senders.isEmpty }
    }

    private func sendNext(_ session: ChatSession) {
        guard let _ = budget.take() else { return isExhausted = true }
        outstanding += 1
        let message = Message(sentAt: Clock.now, sender: UInt32(session.person), kind: .text)
        session.send(message, to: session.person - pairs)
    }

    override func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool) {
        if !isAccepted { fail("a message was refused: \((session as? MeshSession)?.lastRefusal ?? "by the server")") }
    }

    override func delivered(_ session: ChatSession, _ message: Message) {
        latencies.add(nanoseconds: Clock.now - message.sentAt)
        outstanding -= 1
        if let sender = senders[session.person] { sendNext(sender) }
    }
}
