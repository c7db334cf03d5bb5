public import MeshCrypto

/// Submits what was sealed until nodes have accepted it, without network or disk of its own.
///
/// To one recipient, messages are submitted in order, and up to ``window`` of them without waiting for an answer: a
/// commit on the other side takes milliseconds, and 500 messages in a row would wait for each one's in turn. When one
/// of them has to be tried again, nothing later is submitted before it is; what is under way already may be accepted
/// first, and the recipient's program brings that into order (it waits 10 s for what is missing). When the link is
/// lost, or an answer doesn't come, everything unanswered is submitted again, in order, with the same bytes.
///
/// A message that failed for good doesn't hold up those behind it. One recipient's failures don't hold up another's.
public struct Outbox: Sendable {
    /// Unanswered submissions to one recipient: enough to fill a commit, few enough to repeat.
    public static let window = 32
    /// Unanswered submissions to all recipients: some MiB of the largest envelopes at most.
    public static let totalWindow = 128
    /// How long an answer is waited for, in milliseconds: longer than any healthy commit, shorter than a person's
    /// patience.
    public static let answerMilliseconds: UInt64 = 30_000

    /// Items that are not final, by recipient, in order.
    var lanes: [UserID: [OutboxItem]] = [:]
    private var recipients: [SubmissionID: UserID] = [:]
    var inFlight = 0
    /// Whether there is a link to submit to.
    public private(set) var isLinkUp = false

    /// An empty outbox without a link.
    public init() {}

    /// How many submissions are neither accepted nor given up.
    public var count: Int { recipients.count }

    /// What is neither accepted nor given up, in the order in which it was put in.
    public var items: [OutboxItem] { lanes.values.flatMap { $0 }.sorted { $0.sequence < $1.sequence } }

    /// Puts items in, as new or as kept by an earlier process. Those that are final or here already are left out.
    ///
    /// A wait from before is cut to the longest of the schedule: the clock may have been put back since.
    public mutating func add(_ items: [OutboxItem], now: UInt64) -> [OutboxAction] {
        for item in items where !item.state.isFinal && recipients[item.id] == nil {
            var item = item
            let notBefore = min(item.notBefore, now &+ RetrySchedule.longestMilliseconds)
            item.state = .queued(notBefore: notBefore, failures: item.state.failures)
            recipients[item.id] = item.recipient
            insert(item)
        }
        return pump(now: now)
    }

    /// There is a link now.
    public mutating func onLinkUp(now: UInt64) -> [OutboxAction] {
        isLinkUp = true
        return pump(now: now)
    }

    /// The link is gone: everything unanswered has to be submitted again. That is nobody's refusal, so it waits for
    /// nothing but a link.
    public mutating func onLinkDown() {
        isLinkUp = false
        inFlight = 0
        for recipient in lanes.keys {
            requeueInFlight(of: recipient) { failures in .queued(notBefore: 0, failures: failures) }
        }
    }

    /// A node has accepted a submission. An answer that comes twice, or for something unknown, changes nothing.
    public mutating func onAccepted(_ id: SubmissionID, _ custody: Custody, now: UInt64) -> [OutboxAction] {
        finish(id, .accepted(custody)) + pump(now: now)
    }

    /// A node has refused a submission.
    /// - Parameter jitter: a random number.
    public mutating func onRefused(
        _ id: SubmissionID, _ refusal: OutboxRefusal, now: UInt64, jitter: UInt64
    ) -> [OutboxAction] {
        switch refusal {
        case .final(let code, let reason):
            finish(id, .failed(.refused(code: code, reason: reason))) + pump(now: now)
        case .later(let wait):
            retry(id, after: wait, now: now, jitter: jitter) + pump(now: now)
        }
    }

    /// Time has passed: gives up what has expired, requeues what wasn't answered, submits what is due.
    /// - Parameter jitter: a random number.
    public mutating func onTick(now: UInt64, jitter: UInt64) -> [OutboxAction] {
        var actions: [OutboxAction] = []
        for recipient in lanes.keys.sorted() {
            actions += expire(recipient, now: now)
            actions += requeueUnanswered(of: recipient, now: now, jitter: jitter)
        }
        return actions + pump(now: now)
    }
}

extension Outbox {
    mutating func insert(_ item: OutboxItem) {
        var lane = lanes[item.recipient] ?? []
        let index = lane.lastIndex { $0.sequence < item.sequence }.map { $0 + 1 } ?? 0
        lane.insert(item, at: index)
        lanes[item.recipient] = lane
    }

    /// Takes an item out, with its last state.
    mutating func finish(_ id: SubmissionID, _ state: OutboxState) -> [OutboxAction] {
        guard let recipient = recipients[id], let index = lanes[recipient]?.firstIndex(where: { $0.id == id }) else {
            return []
        }
        guard var item = lanes[recipient]?.remove(at: index) else { return [] }
        recipients[id] = nil
        if lanes[recipient]?.isEmpty == true { lanes[recipient] = nil }
        if case .submitted = item.state { inFlight -= 1 }
        item.state = state
        return [.keep(item)]
    }

    /// Only something under way can be refused; a refusal that comes twice changes nothing.
    mutating func retry(_ id: SubmissionID, after wait: UInt64, now: UInt64, jitter: UInt64) -> [OutboxAction] {
        guard let recipient = recipients[id], let index = lanes[recipient]?.firstIndex(where: { $0.id == id }),
            var item = lanes[recipient]?[index], case .submitted(_, let failures) = item.state
        else { return [] }
        let backoff = RetrySchedule.wait(
            afterFailures: failures + 1, jitter: RetrySchedule.mix(jitter, item.sequence))
        item.state = .queued(notBefore: now &+ max(wait, backoff), failures: failures + 1)
        lanes[recipient]?[index] = item
        inFlight -= 1
        return [.keep(item)]
    }
}
