import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore
import Testing

/// One client and some nodes in memory, on a virtual clock.
struct World {
    var core: ClientCore
    var nodes: [FakeNode]
    let user: UserID
    let parameters: NetworkParameters
    var now = Messages.start
    /// One way, in milliseconds.
    var latency: UInt64 = 5

    private var queue: [(at: UInt64, order: UInt64, happening: Happening)] = []
    private var order: UInt64 = 0
    private var dials: [ClientLinkID: Dial] = [:]

    // What the network does wrong.
    /// Addresses where nobody answers, not even to refuse.
    var silent: Set<Endpoint> = []
    /// Addresses where nothing listens.
    var refused: Set<Endpoint> = []
    /// Members that drop what they are to store, and sign nothing.
    var lazy: Set<NodeID> = []
    /// What becomes of receipts on their way.
    var forge: (CustodyReceipt) -> CustodyReceipt = { $0 }
    /// After how many members' receipts a coordinator answers.
    var answersAfter = 2
    /// What names stand for.
    var names: [String: Endpoint] = [:]

    // The app.
    var acknowledges = true
    /// When it answers a delivery.
    var appDelay: UInt64 = 1

    // What came out.
    var effects: [(at: UInt64, effect: ClientEffect)] = []
    var delivered: [Delivery] = []
    var custody: [SubmissionID: [CustodyReceipt]] = [:]
    var results: [SubmitToken: Result<SubmitAcceptance, SubmitFailure>] = [:]
    var report: FetchReport?
    var recall: RecallReport?
    var ended: ClientEnd?
    var kept: ClientState?

    enum Happening {
        case event(ClientEvent)
        case dial(Dial)
        case toNode(ClientLinkID, Frame)
        case closed(ClientLinkID)
    }

    init(
        nodes count: UInt8, mode: ClientConfiguration.Mode = .follow, starts: [String] = [], user: UInt8 = 1,
        seed: UInt64 = 1, state: ClientState? = nil, network: NetworkParameters? = nil
    ) throws {
        parameters = .laboratory()
        self.user = Keys.user(user).id
        nodes = []
        for number in 0..<count {
            nodes.append(FakeNode(number + 1, at: try Self.endpoint(number), in: parameters))
        }
        let configuration = ClientConfiguration(
            user: self.user, mode: mode, startAddresses: try starts.map { try StartAddress(text: $0) },
            network: network, software: "test")
        core = try ClientCore(configuration: configuration, state: state, seed: seed)
        shareRosters()
    }

    static func endpoint(_ number: UInt8) throws -> Endpoint {
        try Endpoint(text: "127.\(number + 1).0.1:\(4_000 + Int(number))")
    }
}

// The network.
extension World {
    /// All nodes see all others, in the given states.
    mutating func shareRosters(_ states: [NodeID: NodeState] = [:]) {
        var roster = Roster(parameters: parameters)
        for node in nodes {
            let state = node.record.standing == .left ? .left : states[node.id] ?? .alive
            roster.put(Roster.Member(node.record, state: state, stateSinceMilliseconds: 1))
        }
        for index in nodes.indices {
            let old = nodes[index].roster.digest
            nodes[index].roster = roster
            guard old != roster.digest else { continue }
            for link in nodes[index].links.indices {
                nodes[index].links[link].out.append(.digest(roster.digest))
            }
        }
        drainNodes()
    }

    /// The user's set by the nodes' roster.
    var members: [NodeID] { Array(Ring(nodes[0].roster).replicaSet(for: user)) }
    func members(of user: UserID) -> [NodeID] { Array(Ring(nodes[0].roster).replicaSet(for: user)) }

    func index(of node: NodeID) -> Int { nodes.firstIndex { $0.id == node }! }

    /// Stores a message at a node.
    mutating func put(_ submission: Submission, at node: NodeID) {
        _ = nodes[index(of: node)].store(submission)
        drainNodes()
    }

    /// Breaks all links of a node, or those that fit.
    mutating func cut(_ node: NodeID, where fits: (FakeNode.FakeLink) -> Bool = { _ in true }) {
        let index = index(of: node)
        for link in nodes[index].links where fits(link) {
            schedule(latency, .event(.linkClosed(link.id, .failed("cut"))))
        }
        // What is under way is lost with the link.
        let lost = nodes[index].links.filter(fits).map(\.id)
        queue.removeAll { entry in
            if case .event(.frames(let link, _)) = entry.happening { lost.contains(link) } else { false }
        }
        nodes[index].links.removeAll(where: fits)
    }

    /// A node is killed: its links break, nothing listens.
    mutating func crash(_ node: NodeID) {
        cut(node)
        refused.insert(nodes[index(of: node)].endpoint)
    }

    /// A node leaves the network, and goes on answering for what it holds.
    mutating func leave(_ node: NodeID) {
        let index = index(of: node)
        nodes[index].record = FakeNode.record(
            nodes[index].identity, nodes[index].endpoint, parameters, nodes[index].record.incarnation + 1,
            standing: .left)
        shareRosters()
    }

    /// A stopped node goes on where it was.
    mutating func wake(_ index: Int) {
        nodes[index].isMute = false
        let backlog = nodes[index].backlog
        nodes[index].backlog = []
        for (link, frame) in backlog { route(frame, link, index) }
        for link in nodes[index].links.indices { nodes[index].pump(link) }
        drainNodes()
    }

    /// Nodes outside the user's set give what they hold to the residence.
    mutating func handOver() {
        guard let residence = members.first else { return }
        for index in nodes.indices where !members.contains(nodes[index].id) {
            for message in nodes[index].queues[user] ?? [] { put(message, at: residence) }
            nodes[index].queues[user] = nil
        }
    }

    mutating func restart(_ node: NodeID) { refused.remove(nodes[index(of: node)].endpoint) }

    /// Puts frames on a node's links to the client, whatever the protocol says.
    mutating func inject(_ frames: [Frame], from node: NodeID, role: LinkRole? = nil) {
        let index = index(of: node)
        for link in nodes[index].links.indices where role == nil || nodes[index].links[link].role == role {
            nodes[index].links[link].out += frames
        }
        drainNodes()
    }
}

// Time.
extension World {
    mutating func schedule(_ delay: UInt64, _ happening: Happening) {
        let at = now + delay
        let place = queue.firstIndex { $0.at > at } ?? queue.endIndex
        queue.insert((at, order, happening), at: place)
        order += 1
    }

    mutating func send(_ event: ClientEvent) {
        var out: [ClientEffect] = []
        core.handle(event, now: now, into: &out)
        if let deadline = core.nextDeadline, deadline <= now { Issue.record("a deadline that has passed already") }
        for effect in out { perform(effect) }
        drainNodes()
    }

    /// Runs until the condition holds.
    /// - Returns: whether it does, before `limit` milliseconds have passed.
    @discardableResult
    mutating func run(_ limit: UInt64 = 60_000, until condition: (World) -> Bool) -> Bool {
        let end = now + limit
        while !condition(self) {
            let next = min(queue.first?.at ?? .max, core.nextDeadline ?? .max)
            guard next <= end else {
                now = end
                return condition(self)
            }
            now = max(now, next)
            if let first = queue.first, first.at <= now {
                queue.removeFirst()
                happen(first.happening)
            } else {
                send(.tick)
            }
        }
        return true
    }

    mutating func run(for milliseconds: UInt64) { run(milliseconds) { _ in false } }

    private mutating func happen(_ happening: Happening) {
        switch happening {
        case .event(let event): send(event)
        case .dial(let dial): connect(dial)
        case .toNode(let link, let frame):
            guard let node = nodes.firstIndex(where: { $0.links.contains { $0.id == link } }) else { return }
            route(frame, link, node)
        case .closed(let link):
            for index in nodes.indices { nodes[index].links.removeAll { $0.id == link } }
        }
        drainNodes()
    }

    /// Submissions go to the recipient's members; everything else the node answers by itself.
    private mutating func route(_ frame: Frame, _ link: ClientLinkID, _ node: Int) {
        guard !nodes[node].isMute else { return nodes[node].backlog.append((link, frame)) }
        nodes[node].take(frame, on: link)
        guard case .submit(let submit) = frame else { return }
        guard let place = nodes[node].links.firstIndex(where: { $0.id == link }) else { return }
        if let script = nodes[node].script, let answers = script(&nodes[node], frame, nodes[node].links[place]) {
            nodes[node].links[place].out += answers
            return
        }
        let members = members(of: submit.submission.recipient)
        guard !members.isEmpty else { return }
        let (status, receipts) = replicate(submit.submission, to: members)
        nodes[node].links[place].out += answers(to: submit, status, receipts)
    }

    /// Stores a message at the members that hold what they are given.
    mutating func replicate(
        _ submission: Submission, to members: [NodeID]
    ) -> (DeliveryStatus, [CustodyReceipt]) {
        var results: [(status: DeliveryStatus, receipt: CustodyReceipt)] = []
        for member in members where !lazy.contains(member) {
            results.append(nodes[index(of: member)].take(submission))
        }
        return (results.first?.status ?? .unreachable, results.map { forge($0.receipt) })
    }

    /// What the coordinator says at the second copy, and the others' receipts behind it.
    func answers(to submit: Submit, _ status: DeliveryStatus, _ receipts: [CustodyReceipt]) -> [Frame] {
        let answer = Submitted(
            request: submit.request, status: status, id: submit.submission.id, copies: UInt8(receipts.count), needed: 2)
        let frames = receipts.map { Frame.receipt($0) }
        return frames.prefix(answersAfter) + [.submitted(answer)] + frames.dropFirst(answersAfter)
    }

    /// Sends what nodes have put out.
    mutating func drainNodes() {
        for node in nodes.indices {
            for link in nodes[node].links.indices where !nodes[node].links[link].out.isEmpty {
                schedule(latency, .event(.frames(nodes[node].links[link].id, nodes[node].links[link].out)))
                nodes[node].links[link].out = []
            }
            nodes[node].links.removeAll(where: \.isClosing)
        }
    }
}

// Effects.
extension World {
    private mutating func perform(_ effect: ClientEffect) {
        if case .submitted = effect {} else if ended != nil { Issue.record("\(effect) after the end") }
        effects.append((now, effect))
        switch effect {
        case .dial(let dial):
            dials[dial.link] = dial
            schedule(latency, .dial(dial))
        case .send(let link, let frame): schedule(latency, .toNode(link, frame))
        case .close(let link, let goodbye):
            dials[link] = nil
            if let goodbye { schedule(latency, .toNode(link, .goodbye(goodbye))) }
            schedule(latency, .closed(link))
        case .persist(let state): kept = state
        case .deliver(let delivery): deliver(delivery)
        case .submitted(let token, let result):
            if results[token] != nil { Issue.record("a second answer for submission \(token.number)") }
            results[token] = result
        case .recalled(_, let report):
            #expect(recall == nil, "a second report")
            recall = report
        case .custody(let id, let receipt): custody[id, default: []].append(receipt)
        case .fetchedAll(let report):
            #expect(self.report == nil, "a second report")
            self.report = report
        case .ended(let end): ended = end
        case .roster, .notice: break
        }
    }

    private mutating func deliver(_ delivery: Delivery) {
        delivered.append(delivery)
        guard acknowledges, !delivery.isEphemeral else { return }
        let secret = Messages.secret(Messages.number(of: delivery.submission))
        schedule(appDelay, .event(.answers([DeliveryAnswer(delivery.id, .acknowledge(secret))])))
    }

    private mutating func connect(_ dial: Dial) {
        guard dials[dial.link] != nil else { return }
        guard let endpoint = endpoint(of: dial.target), !refused.contains(endpoint),
            let node = nodes.firstIndex(where: { $0.endpoint == endpoint })
        else { return fail(dial, .unreachable("refused")) }
        if silent.contains(endpoint) { return }
        if let expected = dial.node, expected != nodes[node].id { return fail(dial, .wrongNode(got: nodes[node].id)) }
        if let expected = dial.network, expected != nodes[node].parameters.id {
            return fail(dial, .foreignNetwork(nodes[node].parameters.id))
        }
        schedule(latency, .event(.linkOpened(dial.link, node: nodes[node].id, parameters: nodes[node].parameters)))
        nodes[node].open(dial.link, role: dial.role, user: user)
    }

    private mutating func fail(_ dial: Dial, _ failure: DialFailure) {
        schedule(latency, .event(.dialFailed(dial.link, failure)))
    }

    private func endpoint(of target: DialTarget) -> Endpoint? {
        switch target {
        case .endpoint(let endpoint): endpoint
        case .name(let name, _): names[name]
        }
    }
}

// What tests ask.
extension World {
    var notices: [ClientNotice] {
        effects.compactMap { if case .notice(let notice) = $0.effect { notice } else { nil } }
    }

    var dialled: [Dial] { effects.compactMap { if case .dial(let dial) = $0.effect { dial } else { nil } } }

    var connected: NodeID? { core.rosterView.connected }
    var isAtResidence: Bool { connected != nil && connected == members.first }

    var numbers: [UInt32] { delivered.map { Messages.number(of: $0.submission) } }

    var faults: [ClientFault] { notices.compactMap { if case .fault(_, let fault) = $0 { fault } else { nil } } }

    /// Everything that honest nodes found wrong with the client.
    var complaints: [String] { nodes.flatMap(\.complaints) }

    /// Nothing is queued for the user anywhere.
    var isEmpty: Bool { nodes.allSatisfy { $0.queues[user]?.isEmpty ?? true } }

    mutating func submit(_ number: UInt32, to other: UserID, deadline: UInt64 = 30_000, size: Int = 512) {
        let message = Messages.message(number, to: other, envelope: size)
        send(.submit(SubmitToken(UInt64(number)), message, deadline: now + deadline))
    }

    /// A state that knows all nodes as they are.
    static func knowing(_ world: World) -> ClientState {
        ClientState(roster: world.nodes[0].roster)
    }
}

extension World {
    /// Short lines, for looking at a failure.
    func trace(_ limit: Int = 200) {
        for (at, effect) in effects.prefix(limit) {
            let time = at - Messages.start
            switch effect {
            case .dial(let dial):
                let node = dial.node.flatMap { id in nodes.firstIndex { $0.id == id } }
                print(time, "dial", dial.link, node.map { "node \($0)" } ?? "?", dial.target, dial.role)
            case .send(let link, let frame): print(time, "send", link, frame.type)
            case .close(let link, let goodbye): print(time, "close", link, goodbye?.reason.description ?? "")
            case .persist: print(time, "persist")
            case .deliver(let delivery): print(time, "deliver", Messages.number(of: delivery.submission))
            default: print(time, "\(effect)".prefix(150))
            }
        }
    }
}
