import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto

/// What `mesh send` does around a session.
struct SendRun {
    /// How long others' messages that went out before are waited for after the own one is done, in milliseconds.
    static let graceMilliseconds: UInt64 = 2_000
    /// How often the store is asked whether another process has moved the message on, in milliseconds.
    static let lookMilliseconds: UInt64 = 100

    let context: CommandContext
    let account: Account
    let to: UserID
    let goal: SendCommand.Goal

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
            while !state.isDone(goal), session.now < deadline {
                _ = try await session.turn(until: min(deadline, session.now + Self.lookMilliseconds))
                context.tell(session)
                if case .replaced(let node) = session.end { throw TerminalFailure.replaced(by: "\(node)") }
                state = try look(sent, session)
                // Whoever received for this home may have ended: then this process does it.
                if goal == .delivered, lock == nil, state.own == .accepted, let taken = try takeLock() {
                    lock = taken
                    await session.stop()
                    session = context.session(account, isReceiver: true)
                    try session.start(.follow)
                }
            }
            try await finish(session, until: deadline)
            result = .success(SendReport(to: to, sent: sent, state: state, goal: goal))
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
        return SendReport.State(own: own, custody: custody, outcome: session.outcomes[sent.item.id])
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

        /// Whether there is nothing more to wait for.
        func isDone(_ goal: SendCommand.Goal) -> Bool {
            switch goal {
            case .accepted: own != .queued
            case .delivered: own == .failed || own >= .delivered
            }
        }
    }

    let to: UserID
    let sent: SentMessage
    let state: State
    let goal: SendCommand.Goal

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
            ("sentAt", .optional(sent.entry.map { TimeText.rfc3339($0.sentAtMilliseconds) })),
        ])
    }

    /// Why the command doesn't end with 0; nil if it does.
    var failure: TerminalFailure? {
        switch state.own {
        case .failed:
            if case .failed(let reason) = state.outcome { return TerminalFailure(.unavailable, "not sent: \(reason)") }
            return TerminalFailure(.unavailable, "not sent: given up by another process of this account")
        case .queued:
            return TerminalFailure(
                .tryAgain, "no node has accepted the message yet; it stays in the outbox",
                hint: "the next command that connects sends it first; \u{ab}mesh outbox\u{bb} lists it")
        case .accepted where goal == .delivered:
            return TerminalFailure(
                .tryAgain, "the message is accepted, and the recipient's program has not said that it has it",
                hint: "it will when it runs, if you are a contact there")
        case .accepted, .delivered, .read: return nil
        }
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
