import MeshCrypto
import MeshWire

/// A submission that has no answer yet.
struct PendingSubmit: Sendable {
    /// Where it is.
    enum Stage: Equatable, Sendable {
        /// Never refused: goes out in order.
        case fresh
        /// Refused for now: goes out again after this time, to a node that isn't in `avoid`.
        case retry(notBefore: UInt64)
        case sent(ClientLinkID, at: UInt64)
    }

    /// Why the last attempt came to nothing.
    enum Setback: Equatable, Sendable {
        case status(DeliveryStatus)
        case wrongID
        /// Accepted by the node's word, with fewer valid receipts than needed.
        case unproven(receipts: Int, needed: Int)
    }

    let token: SubmitToken
    let submission: Submission
    let id: SubmissionID
    let deadline: UInt64
    var stage = Stage.fresh
    var attempts = 0
    var avoid: [NodeID] = []
    var setback: Setback?
    var shelf = ReceiptShelf()

    var lastStatus: DeliveryStatus? {
        if case .status(let status) = setback { status } else { nil }
    }
}

/// All submissions without an answer, in the order of their coming. Bounded in number and bytes.
struct SubmitTable: Sendable {
    private var pending: [UInt64: PendingSubmit] = [:]
    private var sequences: [SubmitToken: UInt64] = [:]
    private var sequencesByID: [SubmissionID: [UInt64]] = [:]
    private var nextSequence: UInt64 = 1
    private(set) var bytes = 0
    /// Never refused, ascending. Those in front of `head` are gone.
    private var fresh: [UInt64] = []
    private var head = 0
    /// To be sent again, ascending.
    private(set) var retries: [UInt64] = []
    /// No deadline and no silence is due before this time. May be too early, never too late.
    private(set) var checkAt: UInt64 = .max
    /// Whether a retry may have become possible (a link, credit or an entry came).
    var retriesAreDirty = false

    var count: Int { pending.count }
    var isEmpty: Bool { pending.isEmpty }

    subscript(sequence: UInt64) -> PendingSubmit? { pending[sequence] }

    func sequence(of token: SubmitToken) -> UInt64? { sequences[token] }

    /// Those of one message: more than one only if the caller handed it in twice.
    func sequences(of id: SubmissionID) -> [UInt64] { sequencesByID[id] ?? [] }

    /// Keeps a receipt that was found valid.
    mutating func add(_ receipt: CustodyReceipt, to sequence: UInt64) { pending[sequence]?.shelf.add(receipt) }

    /// Takes a submission in. The caller has checked the limits.
    mutating func add(_ submit: PendingSubmit) {
        precondition(sequences[submit.token] == nil, "submit token \(submit.token.number) is in use")
        let sequence = nextSequence
        nextSequence += 1
        pending[sequence] = submit
        sequences[submit.token] = sequence
        sequencesByID[submit.id, default: []].append(sequence)
        bytes += submit.submission.encodedSize
        fresh.append(sequence)
        checkAt = min(checkAt, submit.deadline)
    }

    /// Takes one out for good.
    @discardableResult
    mutating func remove(_ sequence: UInt64) -> PendingSubmit? {
        guard let submit = pending.removeValue(forKey: sequence) else { return nil }
        sequences[submit.token] = nil
        sequencesByID[submit.id]?.removeAll { $0 == sequence }
        if sequencesByID[submit.id]?.isEmpty == true { sequencesByID[submit.id] = nil }
        bytes -= submit.submission.encodedSize
        if case .retry = submit.stage { retries.removeAll { $0 == sequence } }
        return submit
    }

    /// All of them, in order.
    mutating func removeAll() -> [PendingSubmit] {
        let all = pending.sorted { $0.key < $1.key }.map(\.value)
        self = SubmitTable()
        return all
    }
}

// What goes out next.
extension SubmitTable {
    /// The first that was never refused.
    mutating func firstFresh() -> UInt64? {
        while head < fresh.count {
            if pending[fresh[head]]?.stage == .fresh { return fresh[head] }
            head += 1
        }
        fresh.removeAll(keepingCapacity: true)
        head = 0
        return nil
    }

    /// Whether anything waits to be sent.
    mutating func hasWaiting() -> Bool { firstFresh() != nil || !retries.isEmpty }

    mutating func markSent(_ sequence: UInt64, on link: ClientLinkID, at now: UInt64) {
        if case .retry = pending[sequence]?.stage { retries.removeAll { $0 == sequence } }
        pending[sequence]?.stage = .sent(link, at: now)
        checkAt = min(checkAt, now + ClientLimits.submitMilliseconds)
    }

    /// The links' unanswered ones go out again, at their old place in the order.
    mutating func linkLost(_ lost: some Sequence<UInt64>, _ link: ClientLinkID) {
        var again: [UInt64] = []
        for sequence in lost {
            guard case .sent(link, _) = pending[sequence]?.stage else { continue }
            if pending[sequence]?.attempts == 0 {
                pending[sequence]?.stage = .fresh
                again.append(sequence)
            } else {
                putRetry(sequence, notBefore: 0)
            }
        }
        guard !again.isEmpty else { return }
        fresh = (again + fresh[head...]).sorted()
        head = 0
    }

    /// Counts a refusal; the submission goes out again later.
    mutating func retry(_ sequence: UInt64, notBefore: UInt64, _ change: (inout PendingSubmit) -> Void) {
        guard var submit = pending[sequence] else { return }
        change(&submit)
        pending[sequence] = submit
        putRetry(sequence, notBefore: notBefore)
    }

    /// Nobody is left to ask: everybody may be asked again.
    mutating func clearAvoided(_ sequence: UInt64) {
        pending[sequence]?.avoid = []
    }

    private mutating func putRetry(_ sequence: UInt64, notBefore: UInt64) {
        pending[sequence]?.stage = .retry(notBefore: notBefore)
        if !retries.contains(sequence) {
            let index = retries.firstIndex { $0 > sequence } ?? retries.endIndex
            retries.insert(sequence, at: index)
        }
        retriesAreDirty = true
    }
}

// What is due.
extension SubmitTable {
    /// Submissions past their deadline, and those sent on a link that stays silent about them; in order.
    mutating func due(at now: UInt64) -> (timedOut: [UInt64], unanswered: [UInt64]) {
        guard now >= checkAt else { return ([], []) }
        var timedOut: [UInt64] = []
        var unanswered: [UInt64] = []
        checkAt = .max
        for (sequence, submit) in pending {
            if submit.deadline <= now {
                timedOut.append(sequence)
                continue
            }
            checkAt = min(checkAt, submit.deadline)
            guard case .sent(_, let at) = submit.stage else { continue }
            if at + ClientLimits.submitMilliseconds <= now {
                unanswered.append(sequence)
            } else {
                checkAt = min(checkAt, at + ClientLimits.submitMilliseconds)
            }
        }
        return (timedOut.sorted(), unanswered.sorted())
    }
}
