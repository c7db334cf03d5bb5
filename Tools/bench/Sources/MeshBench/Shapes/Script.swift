import Synchronization

/// What one worker does in one shape: opens sessions, and reacts to what they bring.
class Script: SessionEvents, @unchecked Sendable {
    // Sendable: touched on its worker's thread while a phase runs, on the main thread between phases.
    let worker: Worker
    private(set) var sessions: [ChatSession] = []
    /// What no shape expects: the run is void then.
    private(set) var failure: String?
    private(set) var openedCount = 0
    private var isClosing = false
    private var unopened: ArraySlice<Int> = []
    private var make: (Worker, Int) throws -> ChatSession = { _, _ in throw BenchFailure("nothing to open") }

    /// Sessions of one worker that may be on their way at the same time: below what a node takes in all.
    static let opening = 100
    /// A phase that takes longer has failed.
    static let phaseSeconds = 300.0

    init(_ worker: Worker) { self.worker = worker }

    /// Opens sessions one after the other, a bounded number at a time.
    func begin(_ people: [Int], _ make: @escaping (Worker, Int) throws -> ChatSession) {
        unopened = people[...]
        openedCount = 0
        self.make = make
        for _ in 0..<min(Self.opening, people.count) { openNext() }
    }

    /// Opens sessions and waits until all are open.
    func open(_ people: [Int], _ make: @escaping (Worker, Int) throws -> ChatSession) {
        begin(people, make)
        run { openedCount == people.count }
    }

    /// Turns until `isDone` or a failure.
    func run(until isDone: () -> Bool) {
        let inTime = worker.run(timeout: Self.phaseSeconds) { isDone() || failure != nil }
        if !inTime { fail("not done after \(Int(Self.phaseSeconds)) s") }
    }

    func fail(_ reason: String) { if failure == nil { failure = reason } }

    private func openNext() {
        guard let person = unopened.popFirst() else { return }
        do {
            let session = try make(worker, person)
            session.events = self
            keep(session)
        } catch { fail("\(error)") }
    }

    // For shapes.

    /// A session was made; shapes that open very many don't keep them.
    func keep(_ session: ChatSession) { sessions.append(session) }
    /// A login is done.
    func didOpen(_ session: ChatSession) {}

    func opened(_ session: ChatSession) {
        openedCount += 1
        didOpen(session)
        openNext()
    }

    func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool) {}
    func delivered(_ session: ChatSession, _ message: Message) {}
    func drained(_ session: ChatSession) {}

    func ended(_ session: ChatSession, _ reason: String) { fail("person \(session.person): \(reason)") }
}

/// Messages that are still to be sent, shared by all workers.
final class Budget: Sendable {
    let count: Int
    private let taken = Atomic<Int>(0)
    private let completed = Atomic<Int>(0)

    init(_ count: Int) { self.count = count }

    /// The number of the next message; nil when all are taken.
    func take() -> Int? {
        guard taken.load(ordering: .relaxed) < count else { return nil }
        let number = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }

    func complete() { completed.wrappingAdd(1, ordering: .relaxed) }
    var isComplete: Bool { completed.load(ordering: .relaxed) >= count }
}

extension [Script] {
    /// The first failure of any.
    func check() throws {
        if let failure = compactMap(\.failure).first { throw BenchFailure(failure) }
    }
}

extension WorkerPool {
    /// A share of the people for each worker: every n-th.
    func share(_ people: some Sequence<Int>, of worker: Worker) -> [Int] {
        people.enumerated().filter { $0.offset % workers.count == worker.index }.map(\.element)
    }
}
