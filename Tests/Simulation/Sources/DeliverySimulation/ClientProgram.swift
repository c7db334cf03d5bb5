import MeshClientCore
import MeshCrypto
import MeshNode
import MeshWire
import SimulatedNetwork

/// The client core that ships, in place of the simulation's own ways: it believes in nothing but receipts, compares the
/// queues of its set, and says who withholds.
final class ClientProgram {
    private unowned let client: Client
    private var core: ClientCore?
    /// What is on its disk.
    private var state: ClientState?
    private var links: [ClientLinkID: LinkID] = [:]
    private var names: [LinkID: ClientLinkID] = [:]
    private var dialling: Set<ClientLinkID> = []
    private var life = 0
    private var tickAt = UInt64.max
    private var lastToken: UInt64 = 0

    init(_ client: Client) { self.client = client }

    private var world: World { client.world }

    /// Nodes that its user was told of, the founder among them.
    private static let startAddresses = 3

    func start() {
        life += 1
        tickAt = .max
        let (cast, user) = (world.cast, client.user)
        let addresses = (0..<Self.startAddresses).map { StartAddress(cast.endpoints[$0], node: cast.nodes[$0]) }
        let configuration = ClientConfiguration(
            user: user, mode: .follow, startAddresses: addresses, network: cast.parameters, software: "simulated/1")
        core = try? ClientCore(configuration: configuration, state: state, seed: world.random.next())
        handle(.start)
    }

    func stop() {
        handle(.stop)
        core = nil
        (links, names, dialling) = ([:], [:], [])
    }

    func onFrames(_ link: LinkID, _ frames: [Frame]) {
        if let name = names[link] { handle(.frames(name, frames)) }
    }

    func onClosed(_ link: LinkID) {
        guard let name = names.removeValue(forKey: link) else { return }
        links[name] = nil
        handle(.linkClosed(name, .closedByPeer))
    }

    /// - Returns: the number under which it is answered.
    func submit(_ submission: Submission, patience: UInt64) -> UInt64 {
        lastToken += 1
        // It may be answered before this function ends: whoever asks knows the number only then.
        let token = lastToken
        world.after(0) { [unowned self, life] in
            guard life == self.life else { return }
            handle(.submit(SubmitToken(token), submission, deadline: world.now + patience))
        }
        return token
    }

    func recall(_ message: TrackedMessage) {
        lastToken += 1
        let secret = DisclosedSecret(recalling: message.submission.header, secret: message.recallSecret)
        handle(
            .recall(
                RecallToken(lastToken), recipient: message.submission.recipient, secret: secret,
                deadline: world.now + 60_000))
    }

    func answer(_ answer: DeliveryAnswer) { handle(.answers([answer])) }

    private func handle(_ event: ClientEvent) {
        var effects: [ClientEffect] = []
        core?.handle(event, now: world.now, into: &effects)
        for effect in effects { perform(effect) }
        planTick()
    }

    private func planTick() {
        guard let due = core?.nextDeadline, due < tickAt else { return }
        tickAt = max(due, world.now)
        world.after(tickAt - world.now) { [unowned self, life, tickAt] in
            guard life == self.life, tickAt == self.tickAt else { return }
            self.tickAt = .max
            handle(.tick)
        }
    }
}

// What the core wants.
extension ClientProgram {
    private func perform(_ effect: ClientEffect) {
        switch effect {
        case .dial(let dial): perform(dial)
        case .send(let name, let frame): if let link = links[name] { client.send(frame, over: link) }
        case .close(let name, let goodbye): close(name, goodbye)
        case .persist(let state): self.state = state
        case .deliver(let delivery): if !delivery.isEphemeral { client.onDelivered(delivery.submission) }
        case .submitted(let token, let result): client.onSubmitted(token.number, result)
        case .recalled(_, let report): world.onRecalled(report)
        case .notice(let notice): world.onNotice(notice, of: client)
        case .custody, .fetchedAll, .roster, .ended: break
        }
    }

    private func perform(_ dial: Dial) {
        guard case .endpoint(let endpoint) = dial.target, let host = world.cast.number(at: endpoint) else { return }
        dialling.insert(dial.link)
        world.dial(from: client, as: dial.role == .user ? .user(client.user) : .guest, to: host) {
            [unowned self, life] link in
            guard life == self.life, dialling.remove(dial.link) != nil else {
                if let link { world.close(link) }
                return
            }
            guard let link else { return handle(.dialFailed(dial.link, .timedOut)) }
            links[dial.link] = link
            names[link] = dial.link
            handle(.linkOpened(dial.link, node: world.cast.nodes[host], parameters: world.cast.parameters))
        }
    }

    private func close(_ name: ClientLinkID, _ goodbye: Goodbye?) {
        dialling.remove(name)
        guard let link = links.removeValue(forKey: name) else { return }
        names[link] = nil
        if let goodbye { client.send(.goodbye(goodbye), over: link) }
        world.close(link)
    }
}
