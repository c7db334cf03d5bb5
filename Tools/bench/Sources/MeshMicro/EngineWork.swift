import MeshCrypto
import MeshNode
import MeshRing
import MeshWire

/// A node alone: a client's message comes in, goes to the store, is answered.
struct EngineWork: MicroWork {
    static let name = "engine-step"
    static let count = 1_000
    private static let link = LinkID(1)
    private var engine: Engine
    private var now = Moment(monotonicMilliseconds: 1, wallMilliseconds: UInt64(Samples.wallSeconds) * 1_000)
    private var commits: UInt64 = 0
    private let submits: [Frame]

    init() throws {
        let parameters = try NetworkParameters(laboratory: true, nonce: Bytes16())
        let identity = NodeIdentity(seed: Samples.seed(1))
        let membership = try SwimMembership(
            MembershipConfiguration(
                identity: identity,
                description: NodeDescription(
                    at: try Endpoint(text: "127.0.0.1:4433"), in: parameters, software: "micro"),
                parameters: parameters, stored: nil, startAddresses: [], seed: 1), now: now.wallMilliseconds)
        engine = Engine(
            configuration: Engine.Configuration(identity: identity, parameters: parameters, software: "micro"),
            membership: membership, now: now)
        submits = try (0..<(Self.count * 2)).map(Samples.submit)
        _ = engine.handle(.start, now: now)
        _ = engine.handle(.linkOpened(Self.link, .guest), now: now)
        let hello = Hello(rosterDigest: Bytes16(), creditBytes: WireLimits.clientCredit, software: "micro")
        _ = engine.handle(.frames(Self.link, [.hello(hello)]), now: now)
    }

    mutating func run(_ count: Int) throws {
        var accepted = 0
        for index in 0..<count {
            now.monotonicMilliseconds += 1
            let stored = engine.handle(.frames(Self.link, [submits[index % submits.count]]), now: now)
            for case .append(let token, _, _) in stored { accepted += commit(token) }
        }
        precondition(accepted == count, "\(accepted) of \(count) messages were accepted")
    }

    /// How many messages were answered with `accepted`.
    private mutating func commit(_ token: UInt64) -> Int {
        commits += 1
        let answer = CommitAnswer(token: token, .stored)
        return engine.handle(.committed(number: commits, [answer]), now: now).count { effect in
            if case .send(_, .submitted(let submitted)) = effect { submitted.status == .accepted } else { false }
        }
    }
}
