import MeshCrypto
import MeshNode
import MeshRing
import MeshWire

/// Three copies of each message: what three engines do for it together, one of them as coordinator, with the receipts.
/// 64 messages come at once and are one commit at each.
struct ReplicaWork: MicroWork {
    static let name = "engines-replicate"
    static let count = 1_024
    private static let batch = 64
    private var nodes: Trio
    private let submits: [Frame]

    init() throws {
        nodes = try Trio()
        submits = try (0..<(Self.count * 2)).map { number in
            let submission = try Samples.submission(number)
            return .submit(Submit(request: UInt32(number), rosterDigest: Bytes16(), submission: submission))
        }
        nodes.openClient()
    }

    mutating func run(_ count: Int) throws {
        for first in stride(from: 0, to: count, by: Self.batch) {
            nodes.submit(submits[first..<min(first + Self.batch, count)])
        }
        precondition(nodes.accepted == count, "\(nodes.accepted) of \(count) messages were accepted")
        precondition(nodes.receiptEntries == 3 * count, "\(nodes.receiptEntries) receipts for \(count) messages")
    }
}

/// Three nodes of one network, wired together in memory.
struct Trio {
    private static let client = LinkID(1 << 40)
    private var engines: [Engine] = []
    private var endpoints: [Endpoint] = []
    private var now = Moment(monotonicMilliseconds: 1, wallMilliseconds: UInt64(Samples.wallSeconds) * 1_000)
    /// Of each link's end the node there and the link's number at the other end.
    private var wires: [LinkID: (node: Int, far: LinkID)] = [:]
    private var events: [(node: Int, event: EngineEvent)] = []
    private var lastLink: UInt64 = 0
    private var commits: UInt64 = 0
    private(set) var accepted = 0
    private(set) var receiptEntries = 0

    init() throws {
        let parameters = try NetworkParameters(replicas: 3, laboratory: true, nonce: Bytes16())
        for number in 0..<3 {
            let identity = NodeIdentity(seed: Samples.seed(number + 1))
            let endpoint = try Endpoint(text: "127.\(number + 1).0.1:4433")
            let membership = try SwimMembership(
                MembershipConfiguration(
                    identity: identity,
                    description: NodeDescription(at: endpoint, in: parameters, software: "micro"),
                    parameters: parameters, startAddresses: number == 0 ? [] : [StartAddress(endpoints[0])], seed: 1),
                now: now.wallMilliseconds)
            engines.append(
                Engine(
                    configuration: Engine.Configuration(identity: identity, parameters: parameters, software: "micro"),
                    membership: membership, now: now))
            endpoints.append(endpoint)
            handle(number, .start)
        }
        for _ in 0..<1_000 {
            now.monotonicMilliseconds += 10
            now.wallMilliseconds += 10
            for node in engines.indices { handle(node, .tick) }
        }
        precondition(engines.allSatisfy { $0.status.placedNodes == 3 && $0.status.nodeLinks == 2 })
    }

    mutating func openClient() {
        handle(0, .linkOpened(Self.client, .guest))
        let hello = Hello(rosterDigest: Bytes16(), creditBytes: WireLimits.clientCredit, software: "micro")
        handle(0, .frames(Self.client, [.hello(hello)]))
    }

    /// All come in one turn.
    mutating func submit(_ frames: ArraySlice<Frame>) { handle(0, .frames(Self.client, Array(frames))) }

    /// One event and everything that follows from it.
    private mutating func handle(_ node: Int, _ event: EngineEvent) {
        events.append((node, event))
        var next = 0
        while next < events.count {
            let (node, event) = events[next]
            next += 1
            perform(engines[node].handle(event, now: now), at: node)
        }
        events.removeAll(keepingCapacity: true)
    }

    /// Frames of one turn over one link come as one batch, as they do over sockets; so do all writes to the store.
    private mutating func perform(_ effects: [EngineEffect], at node: Int) {
        var answers: [CommitAnswer] = []
        var frames: [LinkID: [Frame]] = [:]
        for effect in effects {
            switch effect {
            case .send(Self.client, let frame): note(frame)
            case .send(let link, let frame): frames[link, default: []].append(frame)
            case .append(let token, _, _): answers.append(CommitAnswer(token: token, .stored))
            case .dial(let endpoint, _): dial(endpoint, from: node)
            case .query(let token, let query): events.append((node, .answered(token: token, Self.empty(query))))
            case .close(let link, _): close(link, at: node)
            default: break
            }
        }
        for (link, batch) in frames.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            if let wire = wires[link] { events.append((wire.node, .frames(wire.far, batch))) }
        }
        guard !answers.isEmpty else { return }
        commits += 1
        events.append((node, .committed(number: commits, answers)))
    }

    private mutating func note(_ frame: Frame) {
        switch frame {
        case .submitted(let submitted): accepted += submitted.status == .accepted ? 1 : 0
        case .receipt(let receipt): receiptEntries += receipt.entries.count
        default: break
        }
    }

    private mutating func dial(_ endpoint: Endpoint, from node: Int) {
        guard let target = endpoints.firstIndex(of: endpoint) else {
            events.append((node, .dialFailed(endpoint, expecting: nil)))
            return
        }
        let (near, far) = (LinkID(lastLink + 1), LinkID(lastLink + 2))
        lastLink += 2
        wires[near] = (target, far)
        wires[far] = (node, near)
        let (own, other) = (engines[node].configuration.node, engines[target].configuration.node)
        events.append((node, .linkOpened(near, .node(other, dialled: endpoint))))
        events.append((target, .linkOpened(far, .node(own, dialled: nil))))
    }

    private mutating func close(_ link: LinkID, at node: Int) {
        guard let wire = wires.removeValue(forKey: link) else { return }
        wires[wire.far] = nil
        events.append((node, .linkClosed(link)))
        events.append((wire.node, .linkClosed(wire.far)))
    }

    /// The store holds nothing for long.
    private static func empty(_ query: StoreQuery) -> StoreAnswer {
        switch query {
        case .recipients: .recipients([], next: nil)
        case .tombstones: .tombstones([], next: nil)
        default: .failed
        }
    }
}
