import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// A membership core on a simulated network: does what a node's shell does, and no more.
struct MembershipHost: SimulatedHost {
    typealias Message = MembershipMessage
    typealias Outlet = HostOutlet<MembershipMessage, Endpoint>

    let number: Int
    let cast: Cast
    let ledger: Ledger
    var core: SwimMembership
    /// The links by host: those dialled from here, and those from there.
    private var links: [(dialled: LinkNumber?, accepted: LinkNumber?)]
    private var dials: [Int: (endpoint: Endpoint, expected: NodeID?)] = [:]
    private var dialCount = 0
    /// What it has on disk.
    private(set) var stored: Roster?
    /// What it does besides, or instead.
    var liar: (any Liar)?

    /// Records in one page of a roster.
    private static let recordsPerPage = 64

    init(_ number: Int, core: SwimMembership, cast: Cast, ledger: Ledger) {
        self.number = number
        self.core = core
        self.cast = cast
        self.ledger = ledger
        links = Array(repeating: (nil, nil), count: cast.nodes.count)
    }

    var nextDeadline: UInt64? {
        guard let liar else { return core.nextDeadline }
        return min(core.nextDeadline ?? .max, liar.nextDeadline)
    }

    mutating func handle(_ event: HostEvent<MembershipMessage>, _ outlet: inout Outlet) -> UInt64? {
        if liar == nil || !lie(about: event, &outlet) { take(event, &outlet) }
        return nextDeadline
    }

    private mutating func take(_ event: HostEvent<MembershipMessage>, _ outlet: inout Outlet) {
        switch event {
        case .start: tell(.start, &outlet)
        case .tick: tell(.tick, &outlet)
        case .linkOpened(let link, let other, let dial): onOpened(link, other, dial, &outlet)
        case .linkClosed(let link, let other): onClosed(link, other, &outlet)
        case .dialFailed(let dial):
            guard let failed = dials.removeValue(forKey: dial) else { return }
            tell(.dialFailed(failed.endpoint, expected: failed.expected), &outlet)
        case .message(let message, let other, _): onMessage(message, from: other, &outlet)
        }
    }

    mutating func tell(_ event: MembershipEvent, _ outlet: inout Outlet) {
        for action in core.handle(event, now: outlet.now) { perform(action, &outlet) }
    }

    /// Whether anything links this host with another one.
    func isLinked(_ other: Int) -> Bool { links[other].dialled != nil || links[other].accepted != nil }

    /// All hosts that it has a link to.
    var linked: [Int] { cast.nodes.indices.filter { isLinked($0) } }

    /// Takes a link over that has stood for long.
    mutating func takeOver(_ link: LinkNumber, to other: Int, isDialler: Bool) {
        if isDialler { links[other].dialled = link } else { links[other].accepted = link }
    }

    private mutating func lie(about event: HostEvent<MembershipMessage>, _ outlet: inout Outlet) -> Bool {
        guard var liar else { return false }
        self.liar = nil
        let isHandled = liar.take(event, by: &self, &outlet)
        self.liar = liar
        return isHandled
    }
}

// Events of the network.
extension MembershipHost {
    private mutating func onOpened(_ link: LinkNumber, _ other: Int, _ dial: Int?, _ outlet: inout Outlet) {
        let node = cast.nodes[other]
        if let dial {
            guard let (endpoint, expected) = dials.removeValue(forKey: dial) else { return outlet.close(link) }
            guard expected == nil || expected == node else {
                outlet.close(link)
                return tell(.dialFailed(endpoint, expected: expected), &outlet)
            }
            if let old = links[other].dialled { outlet.close(old) }
            links[other].dialled = link
            greet(link, &outlet)
            tell(.linkUp(node, dialled: endpoint), &outlet)
        } else {
            if let old = links[other].accepted { outlet.close(old) }
            links[other].accepted = link
            greet(link, &outlet)
            tell(.linkUp(node, dialled: nil), &outlet)
        }
    }

    /// A node's first words.
    private func greet(_ link: LinkNumber, _ outlet: inout Outlet) {
        outlet.send(.records([ReportedRecord(core.ownRecord, state: .alive)]), over: link)
        outlet.send(.digest(core.roster.digest), over: link)
    }

    private mutating func onClosed(_ link: LinkNumber, _ other: Int, _ outlet: inout Outlet) {
        if links[other].dialled == link {
            links[other].dialled = nil
            tell(.linkDown(cast.nodes[other], dialledByUs: true), &outlet)
        } else if links[other].accepted == link {
            links[other].accepted = nil
            tell(.linkDown(cast.nodes[other], dialledByUs: false), &outlet)
        }
    }

    private mutating func onMessage(_ message: MembershipMessage, from other: Int, _ outlet: inout Outlet) {
        let node = cast.nodes[other]
        switch message {
        case .records(let reports): tell(.records(reports, from: node), &outlet)
        case .digest(let digest): tell(.digest(digest, from: node), &outlet)
        case .core(let bytes): tell(.message(bytes, from: node), &outlet)
        case .rosterRequest:
            let reports = core.roster.reported()
            for start in stride(from: 0, to: reports.count, by: Self.recordsPerPage) {
                let end = min(start + Self.recordsPerPage, reports.count)
                send(.records(Array(reports[start..<end])), to: other, &outlet)
            }
        }
    }
}

// What the core wants.
extension MembershipHost {
    private mutating func perform(_ action: MembershipAction, _ outlet: inout Outlet) {
        switch action {
        case .dial(let endpoint, let expected):
            dialCount += 1
            dials[dialCount] = (endpoint, expected)
            outlet.dial(endpoint, number: dialCount)
        case .closeDuplicateLink(let node, let dialledByUs): close(node, dialledByUs: dialledByUs, &outlet)
        case .sendRecords(let reports, let node): send(.records(reports), to: node, &outlet)
        case .sendDigest(let node): send(.digest(core.roster.digest), to: node, &outlet)
        case .requestRoster(let node): send(.rosterRequest, to: node, &outlet)
        case .send(let bytes, let node): send(.core(bytes), to: node, &outlet)
        case .violation(let node, _):
            close(node, dialledByUs: true, &outlet)
            close(node, dialledByUs: false, &outlet)
            tell(.linkDown(node, dialledByUs: true), &outlet)
            tell(.linkDown(node, dialledByUs: false), &outlet)
        case .memberChanged(let node, _, let state):
            if state == .down, let other = cast.number(of: node) {
                ledger.onDown(other, by: number, now: outlet.now)
            }
        case .rosterChanged: ledger.setDigest(core.roster.digest, of: number)
        case .persist(let roster): stored = roster
        case .departed: break
        }
    }

    private mutating func close(_ node: NodeID, dialledByUs: Bool, _ outlet: inout Outlet) {
        guard let other = cast.number(of: node) else { return }
        guard let link = dialledByUs ? links[other].dialled : links[other].accepted else { return }
        if dialledByUs { links[other].dialled = nil } else { links[other].accepted = nil }
        outlet.close(link)
    }

    private func send(_ message: MembershipMessage, to node: NodeID, _ outlet: inout Outlet) {
        guard let other = cast.number(of: node) else { return }
        send(message, to: other, &outlet)
    }

    /// Over the standing link: that of the lower id, if there are two.
    func send(_ message: MembershipMessage, to other: Int, _ outlet: inout Outlet) {
        let isLower = cast.nodes[number] < cast.nodes[other]
        let (dialled, accepted) = links[other]
        let standing = isLower ? dialled ?? accepted : accepted ?? dialled
        if let standing { outlet.send(message, over: standing) }
    }
}
