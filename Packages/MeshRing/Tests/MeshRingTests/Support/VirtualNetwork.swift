import MeshCrypto
@testable import MeshRing

/// Cores wired together in memory: links, dials and messages under a virtual clock and a seed, with delay, loss of
/// dials, cuts, crashes. What a real shell would do, and no more.
final class VirtualNetwork<Core: MembershipCore> {
    struct Host {
        let number: Int
        let identity: NodeIdentity
        let endpoint: Endpoint
        var core: Core?
        var stored: Roster?
        var life = 0
        var log: [MembershipAction] = []
    }

    enum Delivery {
        case event(Int, life: Int, MembershipEvent)
        case dial(from: Int, life: Int, Endpoint, NodeID?)
        /// The far end hears of a dialled link a bit later.
        case accepted(by: Int, life: Int, from: Int, fromLife: Int)
        case tick(Int)
    }

    /// A standing link; both ends' lives tell it from an older one's leftovers.
    private struct Link: Hashable {
        let dialler: Int
        let accepter: Int
    }

    let parameters: NetworkParameters
    private(set) var now = Samples.now
    private(set) var hosts: [Host] = []
    private var queue = EventQueue()
    private var numbers: [NodeID: Int] = [:]
    private var order: UInt64 = 0
    private var random: SeededGenerator
    private var links: Set<Link> = []
    /// Pairs that can't reach each other, the first one dialling or sending.
    var cuts: Set<[Int]> = []
    var dialLossPercent: UInt64 = 0
    /// Share of messages between cores that get lost; a real link loses none, it delays them.
    var lossPercent: UInt64 = 0
    /// Share of messages that a host doesn't hear, besides.
    var deafness: [Int: UInt64] = [:]
    /// Hosts that do everything so much later.
    var slowness: [Int: UInt64] = [:]
    /// Hosts that do nothing until then.
    var pausedUntil: [Int: UInt64] = [:]
    /// What cores have sent each other.
    private(set) var messageCount = 0
    private(set) var messageBytes = 0
    var delay: ClosedRange<UInt64> = 1...40
    /// Endpoints that lie: who really sits there.
    var dialled: [Endpoint: Int] = [:]
    var trace: [String] = []
    var keepsTrace = false
    /// Whether logs hold messages too; large networks do without.
    var keepsMessages = true

    init(seed: UInt64, laboratory: Bool = true) {
        parameters = Samples.parameters(laboratory: laboratory)
        random = SeededGenerator(seed: seed)
    }

    // Hosts.

    @discardableResult
    func add(at endpoint: Endpoint? = nil, identity number: Int? = nil) -> Int {
        let index = hosts.count
        let place = endpoint ?? Endpoint(address: .ipv4(0x7f00_0001), port: UInt16(4_000 + index))!
        numbers[Samples.identity(number ?? index).id] = index
        hosts.append(Host(number: index, identity: Samples.identity(number ?? index), endpoint: place))
        return index
    }

    func node(_ index: Int) -> NodeID { hosts[index].identity.id }
    func core(_ index: Int) -> Core { hosts[index].core! }
    func state(of other: Int, at index: Int) -> NodeState? { hosts[index].core?.roster[node(other)]?.state }
    var living: [Int] { hosts.indices.filter { hosts[$0].core != nil } }

    func start(_ index: Int, join: [Int] = [], description: NodeDescription? = nil) {
        let host = hosts[index]
        let configuration = MembershipConfiguration(
            identity: host.identity,
            description: description ?? NodeDescription(at: host.endpoint, in: parameters, software: "test/1"),
            parameters: parameters, stored: host.stored,
            startAddresses: join.map { StartAddress(hosts[$0].endpoint) }, seed: random.next())
        hosts[index].core = try! Core(configuration, now: now)
        hosts[index].life += 1
        dialled[host.endpoint] = index
        handle(index, .start)
    }

    /// The process is gone; what it persisted stays. `silent`: nobody's system says so either.
    func crash(_ index: Int, silent: Bool = false) {
        pausedUntil[index] = nil
        hosts[index].core = nil
        dialled[hosts[index].endpoint] = nil
        let gone = links.filter { $0.dialler == index || $0.accepter == index }
        links.subtract(gone)
        guard !silent else { return }
        for link in gone.sorted(by: { ($0.dialler, $0.accepter) < ($1.dialler, $1.accepter) }) {
            let other = link.dialler == index ? link.accepter : link.dialler
            push(.event(other, life: hosts[other].life, .linkDown(node(index), dialledByUs: link.dialler == other)), 1)
        }
    }

    func wipe(_ index: Int) { hosts[index].stored = nil }

    func move(_ index: Int, to endpoint: Endpoint) {
        let old = hosts[index]
        hosts[index] = Host(
            number: index, identity: old.identity, endpoint: endpoint, core: nil, stored: old.stored, life: old.life)
    }

    /// Cuts both ways between two groups; standing links break at once.
    func cut(_ left: [Int], _ right: [Int]) {
        for one in left {
            for other in right where one != other {
                cuts.insert([one, other])
                cuts.insert([other, one])
                breakLink(Link(dialler: one, accepter: other))
                breakLink(Link(dialler: other, accepter: one))
            }
        }
    }

    func heal() { cuts = [] }

    /// All hosts know each other and are linked, as after hours.
    func warmStart() {
        var roster = Roster(parameters: parameters)
        for host in hosts {
            let record = try! NodeRecord(
                NodeDescription(at: host.endpoint, in: parameters, software: "test/1"), network: parameters.id,
                incarnation: 1, signedBy: host.identity)
            roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: now, provenAtMilliseconds: now))
        }
        for index in hosts.indices {
            hosts[index].stored = roster
            hosts[index].stored!.remove(node(index))
            start(index)
        }
        for one in hosts.indices {
            for other in hosts.indices where node(one) < node(other) {
                links.insert(Link(dialler: one, accepter: other))
                handle(one, .linkUp(node(other), dialled: hosts[other].endpoint))
                handle(other, .linkUp(node(one), dialled: nil))
            }
        }
    }

    private func breakLink(_ link: Link) {
        guard links.remove(link) != nil else { return }
        let (one, other) = (link.dialler, link.accepter)
        push(.event(one, life: hosts[one].life, .linkDown(node(other), dialledByUs: true)), 1)
        push(.event(other, life: hosts[other].life, .linkDown(node(one), dialledByUs: false)), 1)
    }

    func inject(_ index: Int, _ event: MembershipEvent) { handle(index, event) }

    func editCore(_ index: Int, _ edit: (inout Core) -> Void) { edit(&hosts[index].core!) }

    // Time.

    func run(for milliseconds: UInt64) { run(until: now + milliseconds) }

    func run(until end: UInt64) {
        while let at = queue.next, at <= end { step() }
        now = end
    }

    /// Runs until the condition holds; how long that took, or nil after `limit`.
    func run(atMost limit: UInt64, until holds: () -> Bool) -> UInt64? {
        let start = now
        while !holds() {
            guard let at = queue.next, at <= start + limit else {
                now = start + limit
                return holds() ? limit : nil
            }
            // The condition looks at all hosts: not after every event.
            let pause = min(at + 10, start + limit)
            while let at = queue.next, at <= pause { step() }
        }
        return now - start
    }

    private func step() {
        let (at, what) = queue.pop()
        now = max(now, at)
        if let index = what.host, let until = pausedUntil[index], until > now { return queue.push(what, at: until) }
        deliver(what)
    }

    /// Whether all living nodes have one digest and know `count` placed nodes.
    func hasConverged(_ count: Int) -> Bool {
        let living = living
        guard let first = living.first, core(first).roster.members.count(where: { $0.state.isPlaced }) == count else {
            return false
        }
        let digest = core(first).roster.digest
        return living.allSatisfy { core($0).roster.digest == digest }
    }

    private func deliver(_ what: Delivery) {
        switch what {
        case .event(let index, let life, let event):
            if hosts[index].life == life, hosts[index].core != nil { handle(index, event) }
        case .tick(let index):
            guard let core = hosts[index].core, let due = core.nextDeadline, due <= now else { return }
            handle(index, .tick)
        case .dial(let from, let life, let endpoint, let expected): connect(from, life, endpoint, expected)
        case .accepted(let by, let life, let from, let fromLife):
            guard hosts[by].life == life, hosts[by].core != nil, hosts[from].life == fromLife,
                links.contains(Link(dialler: from, accepter: by))
            else { return }
            handle(by, .linkUp(node(from), dialled: nil))
            greet(from: from, to: by)
        }
    }

    private func connect(_ from: Int, _ life: Int, _ endpoint: Endpoint, _ expected: NodeID?) {
        guard hosts[from].life == life, hosts[from].core != nil else { return }
        let isLost = random.below(100) < dialLossPercent
        guard let to = dialled[endpoint], hosts[to].core != nil, !isLost, !cuts.contains([from, to]),
            expected == nil || expected == node(to)
        else { return push(.event(from, life: life, .dialFailed(endpoint, expected: expected)), isLost ? 2_000 : 1) }
        if to != from { links.insert(Link(dialler: from, accepter: to)) }
        handle(from, .linkUp(node(to), dialled: endpoint))
        guard to != from else { return }
        push(.accepted(by: to, life: hosts[to].life, from: from, fromLife: hosts[from].life), jitter())
        greet(from: to, to: from)
    }

    /// Each end's first words: record and digest.
    private func greet(from: Int, to: Int) {
        guard let core = hosts[from].core else { return }
        push(
            .event(
                to, life: hosts[to].life, .records([ReportedRecord(core.ownRecord, state: .alive)], from: node(from))),
            jitter())
        push(.event(to, life: hosts[to].life, .digest(core.roster.digest, from: node(from))), jitter())
    }

    // What cores want.

    private func handle(_ index: Int, _ event: MembershipEvent) {
        let before = hosts[index].core!.nextDeadline
        let actions = hosts[index].core!.handle(event, now: now)
        if keepsTrace { trace.append("\(now) \(index) \(event) -> \(actions)") }
        hosts[index].log += keepsMessages ? actions : actions.filter(\.isNoMessage)
        for action in actions { perform(action, by: index) }
        guard let core = hosts[index].core, let due = core.nextDeadline, due != before || event.isTick else { return }
        push(.tick(index), due > now ? due - now : 0)
    }

    private func perform(_ action: MembershipAction, by index: Int) {
        switch action {
        case .dial(let endpoint, let expected):
            push(.dial(from: index, life: hosts[index].life, endpoint, expected), jitter())
        case .closeDuplicateLink(let node, let dialledByUs):
            guard let other = numbers[node], other != index else { return }
            let link = dialledByUs ? Link(dialler: index, accepter: other) : Link(dialler: other, accepter: index)
            breakLink(link)
        case .sendRecords(let records, let node): send(.records(records, from: self.node(index)), from: index, to: node)
        case .sendDigest(let node):
            send(.digest(core(index).roster.digest, from: self.node(index)), from: index, to: node)
        case .requestRoster(let node):
            guard let other = linked(index, node), !cuts.contains([index, other]), !cuts.contains([other, index]) else {
                return
            }
            let reports = core(other).roster.reported()
            push(.event(index, life: hosts[index].life, .records(reports, from: node)), 2 * jitter())
        case .send(let bytes, let node):
            messageCount += 1
            messageBytes += bytes.count
            let isHeard = random.below(100) >= deafness[numbers[node] ?? -1] ?? 0
            if random.below(100) >= lossPercent, isHeard {
                send(.message(bytes, from: self.node(index)), from: index, to: node)
            }
        case .violation(let node, _):
            guard let other = numbers[node] else { return }
            breakLink(Link(dialler: index, accepter: other))
            breakLink(Link(dialler: other, accepter: index))
        case .persist(let roster): hosts[index].stored = roster
        case .memberChanged, .rosterChanged: break
        case .departed: push(.event(index, life: hosts[index].life, .tick), 0)
        }
    }

    private func send(_ event: MembershipEvent, from index: Int, to node: NodeID) {
        guard let other = linked(index, node), !cuts.contains([index, other]) else { return }
        push(.event(other, life: hosts[other].life, event), jitter() + (slowness[index] ?? 0))
    }

    private func linked(_ index: Int, _ node: NodeID) -> Int? {
        guard let other = numbers[node], hosts[other].core != nil else {
            return nil
        }
        let stands =
            links.contains(Link(dialler: index, accepter: other))
            || links.contains(Link(dialler: other, accepter: index))
        return stands ? other : nil
    }

    /// Links between two nodes, in both directions.
    func linkCount(_ one: Int, _ other: Int) -> Int {
        links.count { ($0.dialler, $0.accepter) == (one, other) || ($0.dialler, $0.accepter) == (other, one) }
    }

    private func jitter() -> UInt64 { delay.lowerBound + random.below(delay.upperBound - delay.lowerBound + 1) }

    private func push(_ what: Delivery, _ after: UInt64) {
        var at = now + after
        if case .event(let index, _, _) = what { at += slowness[index] ?? 0 }
        queue.push(what, at: at)
    }

    /// By time, then in the order in which they came.
    private struct EventQueue {
        private var heap: [(at: UInt64, order: UInt64, what: Delivery)] = []
        private var order: UInt64 = 0

        var next: UInt64? { heap.first?.at }

        mutating func push(_ what: Delivery, at time: UInt64) {
            order += 1
            heap.append((time, order, what))
            var child = heap.count - 1
            while child > 0, isBefore(child, (child - 1) / 2) {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        mutating func pop() -> (UInt64, Delivery) {
            heap.swapAt(0, heap.count - 1)
            let last = heap.removeLast()
            var parent = 0
            while 2 * parent + 1 < heap.count {
                var child = 2 * parent + 1
                if child + 1 < heap.count, isBefore(child + 1, child) { child += 1 }
                guard isBefore(child, parent) else { break }
                heap.swapAt(child, parent)
                parent = child
            }
            return (last.at, last.what)
        }

        private func isBefore(_ left: Int, _ right: Int) -> Bool {
            (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
        }
    }
}

extension VirtualNetwork.Delivery {
    /// Whose turn it is.
    var host: Int? {
        switch self {
        case .event(let host, _, _), .tick(let host): host
        case .accepted(let host, _, _, _): host
        case .dial: nil
        }
    }
}

extension MembershipAction {
    fileprivate var isNoMessage: Bool {
        switch self {
        case .send, .sendRecords, .sendDigest, .dial, .persist: false
        default: true
        }
    }
}

extension MembershipEvent {
    var isTick: Bool { if case .tick = self { true } else { false } }
}
