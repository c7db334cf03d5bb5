import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshTransport
import MeshWire

/// The engine, translated: its links are the hub's handles, its messages the store's operations and back.
///
/// A value like the engine itself, so that what stands between engine, links and store is tested without any of them.
struct NodeCore: EngineCore {
    private(set) var engine: Engine
    /// Nil, but for tests.
    private var alteration: (any EngineAlteration)?
    /// Whose queue each read under way is about.
    private var reads: [UInt64: UserID] = [:]
    /// The tokens of the store's operations under way, one entry a turn.
    private var batches: [UInt64: [UInt64]] = [:]
    private var lastBatch: UInt64 = 0

    // Of the turn that runs. Kept for their memory.
    private var told: [EngineEffect] = []
    private var effects: [NodeEffect] = []
    private var operations: [QueueOperation] = []
    private var tokens: [UInt64] = []

    init(engine: Engine, alteration: (any EngineAlteration)? = nil) {
        self.engine = engine
        self.alteration = alteration
    }

    var nextDeadline: UInt64? { engine.nextDeadline }

    mutating func handle(_ events: [NodeEvent], now: Moment) -> [NodeEffect] {
        for event in events { take(event, now) }
        if events.isEmpty { tell(.tick, now) }
        commit(now)
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    private mutating func take(_ event: NodeEvent, _ now: Moment) {
        switch event {
        case .engine(let event): tell(event, now)
        case .committed(let number, let answers): onCommitted(number, answers, now)
        case .commitFailed(let batch, let error): onCommitFailed(batch, error, now)
        case .fetched(let token, let result): onFetched(token, result, now)
        case .caughtUp(let loop): effects.append(.resumeReading(loop: loop))
        case .inspect(let answer): answer(engine.status)
        case .forget(let node, let answer): answer(forget(node, now))
        }
    }

    private mutating func forget(_ node: NodeID, _ now: Moment) -> ForgetOutcome {
        guard let state = engine.status.roster[node]?.state else { return .unknown }
        guard !state.isPlaced else { return .present(state) }
        tell(.forget(node), now)
        return .forgotten
    }

    private mutating func tell(_ event: EngineEvent, _ now: Moment) {
        var effects: [EngineEffect] = []
        swap(&effects, &told)
        alteration?.hear(event)
        engine.handle(event, now: now, into: &effects)
        if let changed = alteration?.change(effects) { effects = changed }
        for index in effects.indices { translate(effects[index], now) }
        effects.removeAll(keepingCapacity: true)
        swap(&effects, &told)
    }

    private mutating func translate(_ effect: EngineEffect, _ now: Moment) {
        switch effect {
        case .send(let link, let frame): effects.append(.send(LinkHandle(link), frame))
        case .close(let link, let goodbye): effects.append(.close(LinkHandle(link), goodbye))
        case .dial(let endpoint, let node): effects.append(.dial(endpoint, expecting: node))
        case .append, .remove, .release:
            guard let write = StoreWrite(effect) else { return }
            operations.append(write.operation)
            tokens.append(write.token)
        case .read(let token, let recipient, let after, let maximumCount, let maximumBytes):
            reads[token] = recipient
            let fetch = QueueFetch(
                recipient: QueueRecipient(recipient), afterSequence: after, maxCount: maximumCount,
                maxBytes: maximumBytes)
            effects.append(.fetch(fetch, token: token))
        case .query(let token, let query):
            effects.append(.query(query, token: token, nowSeconds: now.wallSeconds))
        case .markHandedOut(let keys): effects.append(.markHandedOut(keys))
        case .expire(let nowSeconds): effects.append(.expire(nowSeconds: nowSeconds))
        case .persist(let roster): effects.append(.persist(roster))
        case .notice(let notice): effects.append(.notice(notice))
        case .stopped: effects.append(.stopped)
        }
    }
}

extension LinkID {
    /// The engine knows a link by the hub's name for it.
    init(_ handle: LinkHandle) { self.init(handle.number) }
}

extension LinkHandle {
    /// The hub's name for a link that the engine got from it.
    init(_ link: LinkID) { self.init(number: link.rawValue) }
}

// The store.
extension NodeCore {
    /// All operations of the turn as one submission: one lock and one wake-up for all of them.
    private mutating func commit(_ now: Moment) {
        guard !operations.isEmpty else { return }
        lastBatch += 1
        batches[lastBatch] = tokens
        effects.append(.commit(batch: lastBatch, operations, nowSeconds: now.wallSeconds))
        operations = []
        tokens = []
    }

    /// One event for the whole commit, however many turns' operations it has.
    private mutating func onCommitted(_ number: UInt64, _ answers: [QueueCommitAnswer], _ now: Moment) {
        var all: [CommitAnswer] = []
        all.reserveCapacity(answers.reduce(0) { $0 + $1.outcomes.count })
        for answer in answers {
            guard let tokens = batches.removeValue(forKey: answer.token) else { continue }
            for (token, outcome) in zip(tokens, answer.outcomes) {
                all.append(CommitAnswer(token: token, StoreOutcome(outcome)))
            }
        }
        if !all.isEmpty { tell(.committed(number: number, all), now) }
    }

    private mutating func onCommitFailed(_ batch: UInt64, _ error: QueueError, _ now: Moment) {
        guard let tokens = batches.removeValue(forKey: batch) else { return }
        effects.append(.storeFailed(error.description))
        tell(.commitFailed(tokens), now)
    }

    private mutating func onFetched(_ token: UInt64, _ result: Result<FetchedPage, QueueError>, _ now: Moment) {
        guard let recipient = reads.removeValue(forKey: token) else { return }
        switch result {
        case .success(let page):
            let messages = page.items.compactMap { message($0, page, recipient) }
            tell(.read(token: token, .held(messages, last: page.lastSequence, hasMore: page.hasMore)), now)
        case .failure(let error):
            effects.append(.storeFailed(error.description))
            tell(.read(token: token, .failed), now)
        }
    }

    /// Nil, with a word for the log, for bytes that no submission has: nothing of this program stored them.
    private mutating func message(_ item: QueueItem, _ page: FetchedPage, _ recipient: UserID) -> HeldMessage? {
        guard let body = page.payload(of: item),
            let submission = try? Submission(recipient: recipient, expirySeconds: item.expirySeconds, body: body)
        else {
            effects.append(.storeFailed("message \(item.id) in the queue of \(recipient) has a form of no message"))
            return nil
        }
        return HeldMessage(id: SubmissionID(item.id), submission: submission)
    }
}
