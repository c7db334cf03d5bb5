import MeshChatStore
import Glibc
import MeshClientCore

/// What `mesh receive` does around a session.
struct ReceiveRun {
    /// What was recorded is told to its senders before the end, for which this long is waited, in milliseconds.
    static let receiptMilliseconds: UInt64 = 5_000

    let session: Session
    let printer: FeedPrinter
    /// Tells people what the network had to say.
    let tell: () -> Void

    /// Runs to the end.
    func result(follow: Bool, until deadline: UInt64) async -> Result<Void, any Error> {
        let signals = follow ? StopSignals(mailbox: session.mailbox) : nil
        defer { withExtendedLifetime(signals) {} }
        let result: Result<Void, any Error>
        do {
            try printer.flush(now: session.now)
            try await failingAsync {
                try session.start(follow ? .follow : .once)
                if follow { try await runUntilStopped() } else { try await runOnce(until: deadline) }
            }
            result = .success(())
        } catch { result = .failure(error) }
        await session.stop()
        tell()
        return result
    }

    // MARK: Staying

    private func runUntilStopped() async throws {
        while true {
            let events = try await turn(until: .max)
            if events.contains(where: { if case .stop = $0 { true } else { false } }) { break }
            if case .replaced(let node) = session.end { throw TerminalFailure.replaced(by: "\(node)") }
            if session.end != nil { break }
        }
        try session.settle()
        try printer.flush(now: session.now)
        try await drainReceipts(until: session.now + 1_000)
    }

    // MARK: Once

    private func runOnce(until deadline: UInt64) async throws {
        while session.fetched == nil, session.end == nil, session.now < deadline {
            _ = try await turn(until: deadline)
        }
        if case .replaced(let node) = session.end { throw TerminalFailure.replaced(by: "\(node)") }
        try session.settle()
        try printer.flush(now: session.now)
        try await drainReceipts(until: min(deadline, session.now + Self.receiptMilliseconds))
        try judge()
    }

    private func judge() throws {
        let reached = session.fetched?.reached ?? session.caughtUp.count
        let failures = session.fetched?.failures ?? ["the time was over before all of them had answered"]
        guard reached > 0 else {
            let detail = failures.isEmpty ? "no node is known" : failures.joined(separator: "; ")
            throw TerminalFailure(
                .tryAgain, "no node that may hold something could be reached: \(detail)",
                hint: "try again later, or add a start address with \u{ab}mesh node add HOST:PORT\u{bb}")
        }
        for failure in failures { session.refusals.append("there may be more: \(failure)") }
    }

    private func drainReceipts(until deadline: UInt64) async throws {
        while session.isConnected, session.hasWork, session.now < deadline { _ = try await turn(until: deadline) }
    }

    /// People are told by ``tell``; programs read events.
    private func printSplitViews() throws {
        for notice in session.notices {
            if let event = NoticeText.event(notice) { try printer.console.result(event.text) }
        }
    }

    private func turn(until deadline: UInt64) async throws -> [Session.Event] {
        let events = try await session.turn(until: deadline)
        if printer.json { try printSplitViews() }
        tell()
        let now = session.now
        for sign in session.typing where try session.store.person(sign.sender) != nil {
            let text = FeedText { try? session.store.person($0) }
            let line = text.typing(sign, json: printer.json, now: now)
            if printer.json { try printer.console.result(line) } else { printer.console.hint(line) }
        }
        session.typing = []
        try printer.flush(now: now)
        return events
    }
}

extension Session {
    /// Whether something is to be submitted at once or under way.
    var hasWork: Bool { pump.lock != nil || (pump.isStale && isConnected) }
}

extension TerminalFailure {
    /// Another program of this identity took over.
    static func replaced(by node: String) -> TerminalFailure {
        TerminalFailure(
            .unavailable, "another program of this account receives now (at \(node)), so this one ends",
            hint: "an account has one receiving device at a time; end the other one to receive here")
    }
}
