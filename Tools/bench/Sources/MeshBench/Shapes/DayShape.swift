/// A mixed day: most people are there, some aren't. Each who is there writes to the next one: says that it is typing,
/// hands in a text, gets a receipt back if the other is there. Counted are texts that are through.
struct DayShape {
    var messages: Int
    var people: Int
    var payload: Int

    /// One person in so many is away.
    static let awayEvery = 10

    static func isAway(_ person: Int) -> Bool { person % awayEvery == awayEvery - 1 }

    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        defer { pool.closeAll() }
        let people = people
        let budget = Budget(messages)
        let present = (0..<people).filter { !Self.isAway($0) }
        let scripts = pool.run { worker in
            let script = DayScript(worker, budget, people: people)
            let own = pool.share(present, of: worker)
            script.open(own) { try servers.residenceSession($0, person: $1) }
            script.awaitFollowing(own.count)
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

final class DayScript: Script, @unchecked Sendable {
    private(set) var latencies = Histogram()
    private let budget: Budget
    private let people: Int
    private var following = 0
    private var hasStarted = false
    /// Texts to people who are away, by the time of their hand-in.
    private var textsSentAt: Set<UInt64> = []

    init(_ worker: Worker, _ budget: Budget, people: Int) {
        self.budget = budget
        self.people = people
        super.init(worker)
    }

    override func didOpen(_ session: ChatSession) {
        session.follow()
    }

    override func drained(_ session: ChatSession) { if !hasStarted { following += 1 } }

    func awaitFollowing(_ count: Int) { run { following >= count } }

    func go() {
        hasStarted = true
        for session in sessions { writeNext(session) }
        run { budget.isComplete }
    }

    private func partner(of person: Int) -> Int { (person + 1) % people }

    private func writeNext(_ session: ChatSession) {
        guard budget.take() != nil else { return }
        let partner = partner(of: session.person)
        var message = Message(sentAt: Clock.now, sender: UInt32(session.person), kind: .typing)
        session.type(to: partner, message)
        message.kind = .text
        if DayShape.isAway(partner) { textsSentAt.insert(message.sentAt) }
        session.send(message, to: partner)
    }

    /// A text to somebody who is away is through when it is stored.
    override func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool) {
        guard isAccepted else {
            return fail("a message was refused: \((session as? MeshSession)?.lastRefusal ?? "by the server")")
        }
        // What is answered may also be a receipt of this person's, which nobody waits for.
        if DayShape.isAway(partner(of: session.person)), textsSentAt.remove(sentAt) != nil { through(session, sentAt) }
    }

    override func delivered(_ session: ChatSession, _ message: Message) {
        switch message.kind {
        case .typing: break
        case .text: answer(message, session)
        case .receipt: through(session, message.sentAt)
        }
    }

    private func answer(_ message: Message, _ session: ChatSession) {
        let receipt = Message(sentAt: message.sentAt, sender: UInt32(session.person), kind: .receipt)
        session.send(receipt, to: Int(message.sender))
    }

    private func through(_ session: ChatSession, _ sentAt: UInt64) {
        latencies.add(nanoseconds: Clock.now - sentAt)
        budget.complete()
        writeNext(session)
    }
}
