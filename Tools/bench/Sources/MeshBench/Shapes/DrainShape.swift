/// People log in, receive what was queued for them, and acknowledge it; counted are messages that the server has
/// forgotten. The logins are part of it.
struct DrainShape {
    var messages: Int
    var payload: Int
    /// Whose queues are drained, and how many messages each has.
    var recipients: [Int]

    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        defer { pool.closeAll() }
        let counts = expected
        let meter = Meter(servers.processes)
        let scripts = pool.run { worker in
            let script = DrainScript(worker, counts)
            script.drain(pool.share(recipients, of: worker)) { try servers.residenceSession($0, person: $1) }
            return script
        }
        let run = meter.run(count: messages, payload: payload)
        try (scripts as [Script]).check()
        let received = scripts.map(\.received).reduce(0, +)
        guard received == messages else { throw BenchFailure("\(received) messages came of \(messages)") }
        return run
    }

    private var expected: [Int: Int] {
        var counts: [Int: Int] = [:]
        for (index, person) in recipients.enumerated() {
            counts[person] = messages / recipients.count + (index < messages % recipients.count ? 1 : 0)
        }
        return counts
    }
}

final class DrainScript: Script, @unchecked Sendable {
    private(set) var received = 0
    private var finished = 0
    private let expected: [Int: Int]

    init(_ worker: Worker, _ expected: [Int: Int]) {
        self.expected = expected
        super.init(worker)
    }

    func drain(_ people: [Int], _ make: @escaping (Worker, Int) throws -> ChatSession) {
        begin(people, make)
        run { finished == people.count }
    }

    /// Opens the next only when this one is done.
    override func opened(_ session: ChatSession) { session.drain(expected: expected[session.person] ?? 0) }

    override func delivered(_ session: ChatSession, _ message: Message) { received += 1 }

    override func drained(_ session: ChatSession) {
        guard !session.isEnded else { return }
        session.closeQuietly()
        finished += 1
        super.opened(session)
    }
}
