import MeshCrypto
import MeshWire

/// What the engine knows of one link.
struct LinkState {
    let peer: Peer
    var saidHello = false
    /// Bytes of metered frames that we may still send.
    var sendCredit: UInt32 = 0
    /// Bytes of metered frames that the peer may still send.
    var grantedCredit: UInt32
    /// Of what the peer has sent, what is dealt with but not yet granted again.
    var consumed: UInt32 = 0
    var submissions: TokenBucket
    /// Bounds what is dear and rarely asked for (`EngineLimits.rareRequestBurst`).
    var rareRequests: TokenBucket
    /// Bounds how many records of the roster it is told.
    var rosterRecords: TokenBucket
    /// Present on links of users that have asked for their queue.
    var delivery: DeliverySession?
    /// The roster page that was asked for and has not come.
    var rosterRequest: UInt32?
    /// How many more pages one exchange may have: a hostile node can't keep it going for ever.
    var rosterPagesLeft = 0
    /// When the roster was last asked for, monotonic.
    var rosterAskedAtMilliseconds: UInt64?
    /// What waits for credit, in order.
    var waiting: [WaitingFrame] = []
    /// Bytes of the copies that wait: their senders may have been answered, so that nothing else bounds them.
    var waitingBytes = 0
    /// Copies to be moved that wait for credit, in order.
    var waitingMoves: [(request: UInt64, submission: Submission)] = []
    /// Compares and offers of the peer that the store has not answered.
    var openQuestions = 0

    /// What we grant at most at any time.
    var window: UInt32 { isNode ? WireLimits.nodeCredit : WireLimits.clientCredit }

    var isNode: Bool {
        if case .node = peer { true } else { false }
    }

    /// - Parameter members: how many the roster has.
    init(peer: Peer, members: Int, limits: EngineLimits, now: UInt64) {
        self.peer = peer
        submissions = TokenBucket(burst: limits.submissionBurst, now: now)
        rareRequests = TokenBucket(burst: limits.rareRequestBurst, now: now)
        rosterRecords = TokenBucket(burst: limits.rosterRecords(atOnceOf: members), now: now)
        grantedCredit = 0
        grantedCredit = window
    }
}

extension LinkState {
    /// So much of what the peer sent is dealt with.
    /// - Returns: what it is granted anew: a portion of half a window, or nothing yet.
    mutating func consume(_ bytes: UInt32) -> UInt32 {
        consumed += bytes
        guard consumed >= window / 2 else { return 0 }
        defer { consumed = 0 }
        grantedCredit += consumed
        return consumed
    }
}

/// One client's fetch: from the queue's beginning to its end, and then live.
struct DeliverySession {
    let user: UserID
    /// The fetch that has not been answered yet.
    var request: UInt32?
    /// Whether messages that arrive later are wanted too.
    var follows: Bool
    /// The sequence behind which the next read begins. Only reads move it: what was sent live has a sequence that may
    /// come back from the store after a later message's.
    var cursor: UInt64 = 0
    /// The read under way.
    var reading: UInt64?
    /// Whether the last read found the end.
    var caughtUp = false
    /// Whether something arrived while a read was under way.
    var readAgain = false
    /// Appends under way that were not sent live: while there are any, nothing may overtake them.
    var arriving = 0
    /// What was sent and is not yet removed, with its expiry in seconds: it isn't sent twice over one link.
    var inFlight: [SubmissionID: UInt32] = [:]
    /// What was removed while a read was under way, which may bring it all the same.
    private var removedMeanwhile: Set<SubmissionID> = []
    /// Messages delivered for the present request.
    var delivered: UInt32 = 0

    init(user: UserID, request: UInt32?, follows: Bool) {
        self.user = user
        self.request = request
        self.follows = follows
    }

    /// Whether a message that arrives now may be sent before it is stored.
    var isLive: Bool { follows && caughtUp && arriving == 0 && reading == nil }

    /// A message is gone from the store.
    /// - Parameter wasHeld: whether this removal took it out; what the store never had no read can bring.
    mutating func onRemoved(_ id: SubmissionID, wasHeld: Bool) {
        let wasSent = inFlight.removeValue(forKey: id) != nil
        if reading != nil, wasHeld || wasSent { removedMeanwhile.insert(id) }
    }

    /// The read under way is answered.
    /// - Returns: what it may bring though it has been removed.
    mutating func endRead() -> Set<SubmissionID> {
        reading = nil
        defer { removedMeanwhile = [] }
        return removedMeanwhile
    }
}

/// Whether a frame can be sent to a node now.
enum Payment {
    case paid
    case waits
    /// Too much waits already.
    case noRoom
}

extension LinkState {
    /// Pays for a frame, or puts it behind what waits already. In place: nothing is copied for every message.
    /// - Parameter limit: bytes of copies that may wait; nil for frames that are bounded otherwise.
    mutating func pay(
        _ meteredBytes: UInt32, orWaitAs frame: @autoclosure () -> WaitingFrame, limit: Int? = nil
    ) -> Payment {
        if waiting.isEmpty, saidHello, pay(meteredBytes) { return .paid }
        if let limit {
            guard waitingBytes + Int(meteredBytes) <= limit else { return .noRoom }
            waitingBytes += Int(meteredBytes)
        }
        waiting.append(frame())
        return .waits
    }

    /// Pays for a frame that waited; false if credit doesn't reach.
    mutating func pay(_ meteredBytes: UInt32, for frame: WaitingFrame) -> Bool {
        guard pay(meteredBytes) else { return false }
        if case .replicate = frame { waitingBytes -= Int(meteredBytes) }
        return true
    }

    /// Pays for a frame; false if credit doesn't reach.
    mutating func pay(_ meteredBytes: UInt32) -> Bool {
        guard meteredBytes <= sendCredit else { return false }
        sendCredit -= meteredBytes
        return true
    }

    /// All that waits; what can't be sent now is to be put back.
    mutating func takeWaiting() -> [WaitingFrame] {
        defer { waiting = [] }
        return waiting
    }
}

/// Whether a message can be sent to a client now.
enum Admission {
    case new
    case sentBefore
    /// Credit or the window of unacknowledged messages doesn't reach.
    case noRoom
}

extension LinkState {
    /// Takes a message into the window and pays for it. In place: the window isn't copied for every message.
    mutating func admit(
        _ id: SubmissionID, expirySeconds: UInt32, meteredBytes: UInt32, unacknowledged: Int
    ) -> Admission {
        guard let count = delivery?.inFlight.count else { return .noRoom }
        guard delivery?.inFlight[id] == nil else { return .sentBefore }
        guard meteredBytes <= sendCredit, count < unacknowledged else { return .noRoom }
        sendCredit -= meteredBytes
        delivery?.inFlight[id] = expirySeconds
        delivery?.delivered += 1
        return .new
    }
}
