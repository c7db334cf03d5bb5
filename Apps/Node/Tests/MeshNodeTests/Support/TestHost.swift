import MeshCrypto
import MeshNode
import MeshRing

/// One node of a `TestNetwork`: an engine, its disk, and what it said.
final class TestHost {
    let identity: NodeIdentity
    let endpoint: Endpoint
    let parameters: NetworkParameters
    var engine: Engine
    var store: TestStore
    var persisted: Roster?
    var notices: [EngineNotice] = []
    var isUp = true
    var hasStopped = false
    /// How long the store takes for an answer.
    var commitMilliseconds: UInt64 = 1

    var node: NodeID { identity.id }

    init(
        _ identity: NodeIdentity, at endpoint: Endpoint, parameters: NetworkParameters, join: [Endpoint],
        limits: EngineLimits, now: Moment
    ) {
        self.identity = identity
        self.endpoint = endpoint
        self.parameters = parameters
        store = TestStore()
        engine = Self.engine(identity, endpoint, parameters, join, nil, limits, now)
    }

    /// The process starts again over the same disk.
    func restart(now: Moment) {
        engine = Self.engine(identity, endpoint, parameters, [], persisted, engine.configuration.limits, now)
        isUp = true
        hasStopped = false
    }

    private static func engine(
        _ identity: NodeIdentity, _ endpoint: Endpoint, _ parameters: NetworkParameters, _ join: [Endpoint],
        _ stored: Roster?, _ limits: EngineLimits, _ now: Moment
    ) -> Engine {
        let configuration = MembershipConfiguration(
            identity: identity, description: NodeDescription(at: endpoint, in: parameters, software: "test"),
            parameters: parameters, stored: stored, startAddresses: join.map { StartAddress($0) }, seed: 7)
        var engine = Engine.Configuration(
            identity: identity, parameters: parameters, software: "test", limits: limits)
        engine.mayBeAlone = join.isEmpty
        return Engine(
            configuration: engine, membership: try! SwimMembership(configuration, now: now.wallMilliseconds), now: now)
    }
}

extension TestNetwork {
    /// A running laboratory network: the first node founds it, the others join through the first.
    static func laboratory(nodes: Int, replicas: UInt8 = 3, limits: EngineLimits = EngineLimits()) -> TestNetwork {
        let network = TestNetwork()
        let parameters = try! NetworkParameters(
            replicas: replicas, pointsPerNode: 16, laboratory: true, nonce: Bytes16((0..<16).map { UInt8($0) })!)
        for _ in 0..<nodes { network.addNode(parameters, limits) }
        network.run(milliseconds: 10_000)
        return network
    }

    /// One node more: it founds the network or joins through the first.
    @discardableResult
    func addNode(_ parameters: NetworkParameters, _ limits: EngineLimits = EngineLimits()) -> TestHost {
        let number = hosts.count
        let host = TestHost(
            NodeIdentity(seed: Self.seed(UInt8(number + 1))),
            at: try! Endpoint(text: "127.\(number + 1).0.1:4000"), parameters: parameters,
            join: number == 0 ? [] : [hosts[0].endpoint], limits: limits, now: now)
        add(host)
        handle(.start, at: host)
        return host
    }

    /// Fixed keys, so that every run places everybody alike.
    static func seed(_ number: UInt8) -> SecretBytes {
        var bytes = [UInt8](repeating: number, count: 32)
        return SecretBytes(taking: &bytes)
    }

    static func user(_ number: UInt8) -> UserIdentity { UserIdentity(seed: seed(100 &+ number)) }

    /// A user whose residence is this node.
    func user(residingAt host: TestHost) -> UserIdentity {
        (0...99).lazy.map { Self.user($0) }.first { set(of: $0.id)[0] === host }!
    }

    /// The members of a user's set by the placement that all nodes that are up compute.
    func set(of user: UserID) -> [TestHost] {
        let ring = Ring(hosts.first { $0.isUp }!.engine.status.roster)
        return ring.replicaSet(for: user).map { node in hosts.first { $0.node == node }! }
    }

    func client(_ identity: UserIdentity, at host: TestHost, guest: Bool = false, credit: UInt32 = 1 << 20)
        -> TestClient
    {
        let client = TestClient(self, identity: identity, guest: guest, credit: credit)
        connect(client, to: host)
        run(milliseconds: 100)
        return client
    }
}
