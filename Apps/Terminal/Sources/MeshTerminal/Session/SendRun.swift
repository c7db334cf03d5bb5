import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto

/// What `mesh send` does around a session.
struct SendRun {
    /// How long others' messages that went out before are waited for after the own one is done, in milliseconds.
    static let graceMilliseconds: UInt64 = 2_000
    /// How long the nodes that haven't signed yet are waited for after the message is accepted, in milliseconds: their
    /// receipts are some milliseconds behind the others', or don't come soon.
    static let receiptMilliseconds: UInt64 = 500
    /// How often the store is asked whether another process has moved the message on, in milliseconds.
    static let lookMilliseconds: UInt64 = 100

    let context: CommandContext
    let account: Account
    let to: UserID
    let goal: SendCommand.Goal
    /// How many nodes have to sign that they hold it; nil for as many as do at once.
    var hold: UInt8?

    /// Keeps a text, and brings it as far as the goal says.
    /// - Parameter deadline: milliseconds since 1970.
    func send(_ text: String, until deadline: UInt64) async throws -> SendReport {
        var lock = goal == .delivered ? try takeLock() : nil
        var session = context.session(account, isReceiver: lock != nil)
        let result: Result<SendReport, any Error>
        do {
            try session.start(lock == nil ? .submitOnly : .follow)
            let sent = try await keep(text, session, until: deadline)
            var state = try look(sent, session)
            var receiptsUntil: UInt64?
            while session.now < deadline {
                if state.isDone(goal, hold: hold) {
                    if state.isHeldByAll || hold != nil { break }
                    let until = receiptsUntil ?? session.now + Self.receiptMilliseconds
                    receiptsUntil = until
                    guard session.now < until else { break }
                }
                let look = min(deadline, receiptsUntil ?? .max, session.now + Self.lookMilliseconds)
                _ = try await session.turn(until: look)
                context.tell(session)
                if case .replaced(let node) = session.end { throw TerminalFailure.replaced(by: "\(node)") }
                state = try self.look(sent, session)
                // Whoever received for this home may have ended: then this process does it.
                if goal == .delivered, lock == nil, state.own == .accepted, let taken = try takeLock() {
                    lock = taken
                    await session.stop()
                    session = context.session(account, isReceiver: true)
                    try session.start(.follow)
                }
            }
            try await finish(session, until: deadline)
            result = .success(SendReport(to: to, sent: sent, state: state, goal: goal, hold: hold, now: session.now))
        } catch { result = .failure(error) }
        await session.stop()
        context.tell(session)
        withExtendedLifetime(lock) {}
        return try result.get()
    }

    /// Nil while another process receives.
    private func takeLock() throws -> ReceiverLock? {
        if case .taken(let lock) = try ReceiverLock.take(in: account.home, purpose: .wait) { lock } else { nil }
    }

    /// Puts the text into the outbox as soon as the network is known that it has to be sealed for.
    private func keep(_ text: String, _ session: Session, until deadline: UInt64) async throws -> SentMessage {
        while session.network == nil, session.now < deadline {
            _ = try await session.turn(until: deadline)
            context.tell(session)
        }
        guard session.network != nil else { throw TerminalFailure.networkUnknown }
        return try session.enqueue(text, to: to)
    }

    /// Where the message is: what this process saw, else what another one has written.
    private func look(_ sent: SentMessage, _ session: Session) throws -> SendReport.State {
        let entry = try account.store.ownMessage(sent.id, to: to)
        guard case .own(_, let own, let custody) = entry?.content else {
            throw TerminalFailure(.software, "message \(sent.id) is gone from the history")
        }
        let isProven = try account.store.traces(of: sent.id, to: to).contains { $0.proof != nil }
        return SendReport.State(
            own: own, custody: custody, outcome: session.outcomes[sent.item.id],
            obstacle: session.obstacles[sent.item.id], isProven: isProven)
    }

    /// What was under way before or behind it gets a moment for its answer.
    private func finish(_ session: Session, until deadline: UInt64) async throws {
        let end = min(deadline, session.now + Self.graceMilliseconds)
        while session.end == nil, session.hasWork, session.now < end { _ = try await session.turn(until: end) }
    }
}

/// What became of a message that was to be sent.
struct SendReport {
    /// Where it is.
    struct State: Equatable {
        let own: OwnMessageState
        let custody: Custody?
        let outcome: OutboxState?
        /// Why no node has accepted it yet, if one has said so.
        let obstacle: String?
        /// Whether the secret from inside the envelope came back.
        let isProven: Bool

        /// How many nodes have signed for it.
        var held: UInt8 { custody?.held ?? 0 }

        /// Whether all nodes that are to hold it have signed, or none is asked any more.
        var isHeldByAll: Bool { own != .accepted || custody.map { $0.held >= $0.replicas } ?? false }

        /// Whether there is nothing more to wait for.
        func isDone(_ goal: SendCommand.Goal, hold: UInt8?) -> Bool {
            if own == .failed { return true }
            let isHeld = own != .queued && held >= hold ?? 0
            let isUnattainable = custody.map { hold ?? 0 > $0.replicas } ?? false
            switch goal {
            case .accepted: return isHeld || isUnattainable
            case .delivered: return isProven && (isHeld || isUnattainable)
            }
        }
    }

    let to: UserID
    let sent: SentMessage
    let state: State
    let goal: SendCommand.Goal
    var hold: UInt8?
    /// When it was written; milliseconds since 1970.
    let now: UInt64

    /// For people.
    var line: String {
        let custody = state.custody.map { ", \($0)" } ?? ""
        return "\(Self.word(state.own))\(custody)  (\(sent.id))"
    }

    /// For programs.
    func json(contact: String?) -> JSONText {
        .object([
            ("id", .string("\(sent.id)")), ("to", .string("\(to)")), ("contact", .optional(contact)),
            ("state", .string(Self.word(state.own))),
            ("held", state.custody.map { .number(UInt64($0.held)) } ?? .null),
            ("replicas", state.custody.map { .number(UInt64($0.replicas)) } ?? .null),
            ("proven", .bool(state.isProven)),
            ("sentAt", .optional(sent.entry.map { TimeText.rfc3339($0.sentAtMilliseconds) })),
        ])
    }

    /// Why the command doesn't end with 0; nil if it does.
    var failure: TerminalFailure? {
        switch state.own {
        case .failed:
            if case .failed(.expired) = state.outcome {
                return TerminalFailure(.expired, "not sent: \(OutboxFailure.expired)")
            }
            if case .failed(let reason) = state.outcome { return TerminalFailure(.unavailable, "not sent: \(reason)") }
            return TerminalFailure(.unavailable, "not sent: given up by another process of this account")
        case .queued:
            return TerminalFailure(
                .tryAgain,
                "no node has accepted the message yet\(state.obstacle.map { " (\($0))" } ?? ""); it stays in the outbox",
                hint: "the next command that connects sends it first; \u{ab}mesh outbox\u{bb} lists it")
        case .accepted, .delivered, .read: return undelivered ?? unheld
        }
    }

    private var undelivered: TerminalFailure? {
        guard goal == .delivered, !state.isProven else { return nil }
        if now >= UInt64(sent.item.expirySeconds) * 1_000 {
            return TerminalFailure(.expired, "the message has expired, and nothing proves that the recipient had it")
        }
        guard state.own == .accepted else {
            return TerminalFailure(
                .tryAgain, "the recipient's program says that it has the message, and has not proven it",
                hint: "an older version of it says so without proof")
        }
        return TerminalFailure(
            .tryAgain, "the message is accepted, and the recipient's program has not said that it has it",
            hint: "it will when it runs, if you are a contact there")
    }

    private var unheld: TerminalFailure? {
        guard let hold, state.held < hold else { return nil }
        if let custody = state.custody, hold > custody.replicas {
            return TerminalFailure(
                .unavailable,
                "the message is accepted, \(custody); the network keeps no more than \(custody.replicas) now",
                hint: "ask for fewer with --hold")
        }
        return TerminalFailure(
            .tryAgain, "the message is accepted, held by \(state.held) nodes and not by \(hold) in time",
            hint: "nodes make up for missing copies by themselves")
    }

    static func word(_ state: OwnMessageState) -> String {
        switch state {
        case .queued: "queued"
        case .failed: "failed"
        case .accepted: "accepted"
        case .delivered: "delivered"
        case .read: "read"
        }
    }
}
