import Logging
import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire

/// What every command that connects does: the outbox first, what comes in onto the disk before it is acknowledged,
/// receipts when they are due. The command around it says how long, and what is shown.
///
/// One task runs it, by ``turn(until:)`` after ``turn(until:)``; everything from elsewhere comes through its mailbox.
final class Session {
    /// What wakes a session up.
    enum Event: Sendable {
        case network(NetworkEvent)
        case submitted(SubmissionID, Result<Acceptance, SubmitFailure>)
        /// The person or the system wants an end: the signal's number.
        case stop(Int32)
        /// Bytes from the keyboard; empty at its end.
        case input([UInt8])
    }

    let account: Account
    let logger: Logger
    let mailbox: Mailbox<Event>
    let factory: NetworkClientFactory
    /// Why the outbox gave something up, as far as this process saw it.
    var outcomes: [SubmissionID: OutboxState] = [:]
    /// What stood in the way of a message when it was last tried, as far as this process saw it.
    var obstacles: [SubmissionID: String] = [:]

    var client: (any NetworkClient)?
    var network: NetworkID?
    var isConnected = false
    var end: ClientEnd?
    /// What a fetch from everywhere came to, mode `.once` only.
    var fetched: FetchSummary?
    /// Nodes that have said that nothing more is queued.
    var caughtUp: Set<NodeID> = []
    /// Own messages that have moved on since the last look.
    var progress: [MessageProgress] = []
    /// What the outbox gave up since the last look.
    var givenUp: [(id: InnerID, reason: OutboxFailure)] = []
    /// Who was said to write since the last look.
    var typing: [TypingSign] = []
    /// What was refused on its way in, for a person to read, since the last look.
    var refusals: [String] = []
    /// What the network had to say since the last look.
    var notices: [ClientNotice] = []

    var pump = OutboxPump()
    /// When ``ChatStore/tick(now:seal:)`` is due; milliseconds since 1970.
    var tickAt: UInt64?
    private var lastForeignChange: Int64?

    /// Somebody is writing.
    struct TypingSign: Equatable, Sendable {
        let sender: UserID
        let sentAtMilliseconds: UInt64
    }

    /// How often another process's changes are looked for, at least.
    static let foreignMilliseconds: UInt64 = 500

    init(
        _ account: Account, logger: Logger, mailbox: Mailbox<Event> = Mailbox(), factory: @escaping NetworkClientFactory
    ) {
        self.account = account
        self.logger = logger
        self.mailbox = mailbox
        self.factory = factory
    }

    var store: ChatStore { account.store }
    var now: UInt64 { WallClock.nowMilliseconds }

    /// Connects. What an earlier session left in the outbox goes out first.
    func start(_ mode: ClientConfiguration.Mode) throws {
        let mailbox = mailbox
        _ = try store.discardExpired(now: now)
        let client = try factory(mode) { mailbox.post(.network($0)) }
        self.client = client
        // A time that has passed meanwhile: what was held for a gap, receipts that wait.
        tickAt = now
        client.start()
    }

    /// Waits for what happens until `deadline` (milliseconds since 1970) at the latest, and deals with it.
    /// - Returns: what is the command's affair.
    func turn(until deadline: UInt64) async throws -> [Event] {
        let events = await mailbox.take(within: .milliseconds(Int64(waitMilliseconds(until: deadline))))
        var rest: [Event] = []
        var deliveries: [InboundDelivery] = []
        for event in events {
            switch event {
            case .network(.delivery(let delivery)): deliveries.append(delivery)
            case .network(.custody(let id, let receipt)): try store.keepReceipts([receipt], of: id, replicas: 0)
            case .network(.notice(let notice)):
                try keepReport(notice)
                take(.notice(notice))
            case .network(let event): take(event)
            case .submitted(let id, let result): try take(result, of: id)
            case .stop, .input: rest.append(event)
            }
        }
        try receive(deliveries)
        try tickIfDue()
        if try hasForeignChanges() { pump.isStale = true }
        try pumpOutbox()
        return rest
    }

    private func waitMilliseconds(until deadline: UInt64) -> UInt64 {
        let now = now
        // What can't be done yet anyway is not waited for.
        let tick = network == nil ? nil : tickAt
        let pumping = isConnected || pump.lock != nil ? pump.wakeAt : nil
        let wake = [deadline, tick, pumping, now + Self.foreignMilliseconds].compactMap { $0 }.min() ?? now
        return wake > now ? wake - now : 0
    }

    private func take(_ event: NetworkEvent) {
        switch event {
        case .network(let id): network = id
        case .delivery, .custody: break
        case .fetchedAll(let summary): fetched = summary
        case .ended(let end):
            self.end = end
            isConnected = false
        case .notice(let notice):
            notices.append(notice)
            switch notice {
            case .connected: isConnected = true
            case .disconnected: isConnected = false
            case .caughtUp(let node, _): caughtUp.insert(node)
            default: break
            }
        }
    }

    /// A node didn't deliver what another one gave: it is remembered, and told.
    private func keepReport(_ notice: ClientNotice) throws {
        switch notice {
        case .withheld(let node, let id, _, _): try store.report(node, .withheld, of: id, now: now)
        case .missing(let node, let id, _): try store.report(node, .missing, of: id, now: now)
        default: break
        }
    }

    private func tickIfDue() throws {
        guard let due = tickAt, due <= now, network != nil else { return }
        note(try store.tick(now: now, seal: seal))
    }

    /// Everything reachable was asked: shows what is held, and puts all receipts into the outbox.
    func settle() throws {
        guard network != nil else { return }
        note(try store.allAsked(now: now, seal: seal))
        try pumpOutbox()
    }

    /// Takes over what a call of the store changed.
    func note(_ changes: ChatChanges) {
        tickAt = changes.deadline
        progress += changes.progress
        if changes.queued > 0 { pump.isStale = true }
    }

    /// Takes over a new time at which ``ChatStore/tick(now:seal:)`` is due.
    func noteDeadline(_ deadline: UInt64?) { tickAt = [tickAt, deadline].compactMap { $0 }.min() }

    /// Puts a text into the outbox, on stable storage; and behind it the own profile, if a contact doesn't know it.
    func enqueue(_ text: String, to peer: UserID) throws -> SentMessage {
        let sent = try store.sendText(text, to: peer, now: now, seal: seal)
        if let person = try store.person(peer), person.contact != nil, !person.hasOwnProfile {
            _ = try store.sendProfile(to: peer, now: now, seal: seal)
        }
        pump.isStale = true
        try pumpOutbox()
        return sent
    }

    private func hasForeignChanges() throws -> Bool {
        let change = try store.foreignChanges()
        defer { lastForeignChange = change }
        return change != lastForeignChange
    }

    /// Ends: what is under way stays in the outbox.
    func stop() async {
        pump.release()
        await client?.stop()
        client = nil
    }
}
