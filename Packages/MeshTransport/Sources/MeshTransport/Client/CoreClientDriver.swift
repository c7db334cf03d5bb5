import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// Runs a ``ClientCore`` on one event loop: everything here but the entrances is touched on that loop alone.
final class CoreClientDriver: LinkHandler, @unchecked Sendable {
    /// A day: a later deadline is looked at again then, and no sum of times overflows.
    private static let longestWaitMilliseconds: UInt64 = 86_400_000

    private let loop: any EventLoop
    private let identity: UserIdentity
    private let outputs: AsyncStream<CoreClient.Output>.Continuation
    private let persist: @Sendable (ClientState) -> Void

    private var core: ClientCore
    private var hub: LinkHub?
    private var handles: [ClientLinkID: LinkHandle] = [:]
    private var links: [LinkHandle: ClientLinkID] = [:]
    /// Links that the core gave up while they were dialled.
    private var abandoned: Set<ClientLinkID> = []
    private var submits: [SubmitToken: @Sendable (Result<SubmitAcceptance, SubmitFailure>) -> Void] = [:]
    private var recalls: [RecallToken: @Sendable (RecallReport) -> Void] = [:]
    private var rosterWaiters: [@Sendable (ClientRoster) -> Void] = []
    private var endWaiters: [EventLoopPromise<Void>] = []
    private var lastToken: UInt64 = 0
    private var tick: Scheduled<Void>?
    private var tickAt: UInt64?
    private var hasEnded = false
    private var isHandling = false
    /// Frames of the present turn: one link message each link.
    private var batch: LinkBatch?

    init(
        _ core: ClientCore, _ identity: UserIdentity, _ loop: any EventLoop,
        outputs: AsyncStream<CoreClient.Output>.Continuation, persist: @escaping @Sendable (ClientState) -> Void
    ) {
        self.core = core
        self.identity = identity
        self.loop = loop
        self.outputs = outputs
        self.persist = persist
    }

    // MARK: Entrances, from any thread

    func post(_ event: ClientEvent) { onLoop { $0.handle(event) } }

    func submit(
        _ submission: Submission, timeoutMilliseconds: UInt64,
        answer: @escaping @Sendable (Result<SubmitAcceptance, SubmitFailure>) -> Void
    ) {
        onLoop { driver in
            guard !driver.hasEnded else { return answer(.failure(.stopped)) }
            driver.lastToken += 1
            let token = SubmitToken(driver.lastToken)
            driver.submits[token] = answer
            let (deadline, isNever) = ClientClock.nowMilliseconds.addingReportingOverflow(timeoutMilliseconds)
            driver.handle(.submit(token, submission, deadline: isNever ? .max : deadline))
        }
    }

    func recall(
        _ secret: DisclosedSecret, from recipient: UserID, timeoutMilliseconds: UInt64,
        answer: @escaping @Sendable (RecallReport) -> Void
    ) {
        onLoop { driver in
            guard !driver.hasEnded else {
                return answer(RecallReport(id: secret.recalled(from: recipient).id, answers: []))
            }
            driver.lastToken += 1
            let token = RecallToken(driver.lastToken)
            driver.recalls[token] = answer
            let (deadline, isNever) = ClientClock.nowMilliseconds.addingReportingOverflow(timeoutMilliseconds)
            driver.handle(
                .recall(token, recipient: recipient, secret: secret, deadline: isNever ? .max : deadline))
        }
    }

    func roster(_ answer: @escaping @Sendable (ClientRoster) -> Void) {
        onLoop { driver in
            guard !driver.hasEnded else { return answer(ClientRoster.none) }
            driver.rosterWaiters.append(answer)
            driver.handle(.rosterWanted)
        }
    }

    func stop() async {
        let ended = loop.makePromise(of: Void.self)
        onLoop { driver in
            guard !driver.hasEnded else { return ended.succeed() }
            driver.endWaiters.append(ended)
            driver.handle(.stop)
        }
        try? await ended.futureResult.get()
        let hub = try? await loop.submit { self.hub }.get()
        await hub?.shutDown()
    }

    /// What the app says while effects are performed (from `persist`) waits for its turn: effects keep their order.
    private func onLoop(_ body: @escaping @Sendable (CoreClientDriver) -> Void) {
        if loop.inEventLoop, !isHandling { body(self) } else { loop.execute { body(self) } }
    }

    // MARK: The core

    private func handle(_ event: ClientEvent) {
        guard !hasEnded else { return }
        var effects: [ClientEffect] = []
        core.handle(event, now: ClientClock.nowMilliseconds, into: &effects)
        isHandling = true
        for effect in effects { perform(effect) }
        isHandling = false
        if var batch, !batch.isEmpty {
            self.batch = nil
            hub?.submit(&batch)
        }
        scheduleTick()
    }

    private func perform(_ effect: ClientEffect) {
        switch effect {
        case .dial(let dial): perform(dial)
        case .send(let link, let frame): if let handle = handles[link] { write { $0.append(frame, to: handle) } }
        case .close(let link, let goodbye): close(link, goodbye)
        case .persist(let state): persist(state)
        case .deliver(let delivery): outputs.yield(.delivery(delivery))
        case .submitted(let token, let result): submits.removeValue(forKey: token)?(result)
        case .recalled(let token, let report): recalls.removeValue(forKey: token)?(report)
        case .custody(let id, let receipt): outputs.yield(.custody(id, receipt))
        case .fetchedAll(let report): outputs.yield(.fetchedAll(report))
        case .roster(let roster): answerRoster(roster)
        case .notice(let notice): outputs.yield(.notice(notice))
        case .ended(let end): onEnd(end)
        }
    }

    private func write(_ body: (inout LinkBatch) -> Void) {
        guard let hub else { return }
        var batch = batch ?? hub.makeBatch()
        body(&batch)
        self.batch = batch
    }

    private func answerRoster(_ roster: ClientRoster) {
        let waiters = rosterWaiters
        rosterWaiters = []
        for waiter in waiters { waiter(roster) }
    }

    private func onEnd(_ end: ClientEnd) {
        hasEnded = true
        tick?.cancel()
        outputs.yield(.ended(end))
        outputs.finish()
        for answer in submits.values { answer(.failure(.stopped)) }
        submits = [:]
        answerRoster(.none)
        for waiter in endWaiters { waiter.succeed() }
        endWaiters = []
    }

    private func scheduleTick() {
        guard !hasEnded, core.nextDeadline != tickAt else { return }
        tick?.cancel()
        tickAt = core.nextDeadline
        guard let due = tickAt else { return }
        let now = ClientClock.nowMilliseconds
        let wait = due > now ? min(due - now, Self.longestWaitMilliseconds) : 0
        tick = loop.scheduleTask(in: .milliseconds(Int64(wait))) { [weak self] in
            self?.tickAt = nil
            self?.handle(.tick)
        }
    }

    // MARK: Links

    private func perform(_ dial: Dial) {
        let hub = hub ?? LinkHub(group: loop, handler: self)
        self.hub = hub
        hub.dial(LinkTarget(dial.target), as: credential(dial), network: dial.network) { [weak self] result in
            self?.onLoop { $0.dialled(dial.link, result) }
        }
    }

    private func credential(_ dial: Dial) -> LinkCredential {
        switch (dial.role, dial.node) {
        case (.user, let node?): .user(identity, expecting: node)
        // Without an expectation the identity isn't shown to anybody.
        case (_, let node): .guest(expecting: node)
        }
    }

    private func dialled(_ link: ClientLinkID, _ result: Result<OpenedLink, LinkDialError>) {
        let wasAbandoned = abandoned.remove(link) != nil
        switch result {
        case .success(let opened) where wasAbandoned || hasEnded: hub?.close(opened.handle)
        case .success(let opened):
            guard case .node(let node) = opened.peer else { return }
            handles[link] = opened.handle
            links[opened.handle] = link
            handle(.linkOpened(link, node: node, parameters: opened.parameters))
        case .failure where wasAbandoned: break
        case .failure(let error): handle(.dialFailed(link, DialFailure(error)))
        }
    }

    private func close(_ link: ClientLinkID, _ goodbye: Goodbye?) {
        guard let handle = handles.removeValue(forKey: link) else {
            abandoned.insert(link)
            return
        }
        links[handle] = nil
        write { batch in
            if let goodbye { batch.append(.goodbye(goodbye), to: handle) }
            batch.close(handle)
        }
    }

    // MARK: LinkHandler; the hub's only loop is this one

    /// `dialled(_:_:)` hears of it with the name that the core gave it, before any frame comes.
    func linkOpened(_ link: OpenedLink) {}

    func linkReceived(_ handle: LinkHandle, frames: ByteBuffer) {
        guard let link = links[handle] else { return }
        do {
            self.handle(.frames(link, try FrameDecoder.decode(frames)))
        } catch {
            self.handle(.malformed(link, error))
        }
    }

    func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason) {
        guard let link = links.removeValue(forKey: handle) else { return }
        handles[link] = nil
        self.handle(.linkClosed(link, LinkLoss(reason)))
    }
}

extension ClientRoster {
    /// What a client that has ended knows.
    fileprivate static var none: ClientRoster { ClientRoster(roster: nil, members: [], connected: nil, isFresh: false) }
}
