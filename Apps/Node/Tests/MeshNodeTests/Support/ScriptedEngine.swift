import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore

/// One engine by itself, whose surroundings are the test: it decides in which order links, store and clock answer.
struct ScriptedEngine {
    var engine: Engine
    private(set) var now: Moment
    private var commits: UInt64 = 0

    /// A copy of a node in a running network; the network goes on without it.
    init(_ host: TestHost, in network: TestNetwork) {
        engine = host.engine
        now = network.now
    }

    mutating func handle(_ event: EngineEvent, afterMilliseconds elapsed: UInt64 = 0) -> [EngineEffect] {
        now.monotonicMilliseconds += elapsed
        now.wallMilliseconds += elapsed
        return engine.handle(event, now: now)
    }

    /// The store has committed what was asked for under this token.
    mutating func commit(_ token: UInt64, _ outcome: StoreOutcome = .stored) -> [EngineEffect] {
        commits += 1
        return handle(.committed(number: commits, [CommitAnswer(token: token, outcome)]))
    }

    mutating func jump(wallMilliseconds: UInt64) { now.wallMilliseconds = wallMilliseconds }

    /// A link that has said hello.
    mutating func open(_ link: LinkID, _ peer: Peer, credit: UInt32 = 1 << 20, record: NodeRecord? = nil) {
        _ = handle(.linkOpened(link, peer))
        var hello = Hello(rosterDigest: engine.status.roster.digest, creditBytes: credit, software: "test")
        if let record { hello.record.writeBytes(record.encoded) }
        _ = receive(.hello(hello), over: link)
    }

    mutating func receive(_ frame: Frame, over link: LinkID) -> [EngineEffect] { handle(.frames(link, [frame])) }

    mutating func submit(_ submission: Submission, over link: LinkID) -> [EngineEffect] {
        receive(.submit(Submit(request: 1, rosterDigest: Bytes16(), submission: submission)), over: link)
    }

    mutating func fetch(_ mode: Fetch.Mode, over link: LinkID) -> [EngineEffect] {
        receive(.fetch(Fetch(request: 1, rosterDigest: Bytes16(), mode: mode)), over: link)
    }
}

extension [EngineEffect] {
    /// Tokens of what the store is asked for.
    var appends: [UInt64] { compactMap { if case .append(let token, _, _) = $0 { token } else { nil } } }
    var removes: [UInt64] { compactMap { if case .remove(let token, _, _, _, _) = $0 { token } else { nil } } }
    var reads: [UInt64] { compactMap { if case .read(let token, _, _, _, _) = $0 { token } else { nil } } }

    func sent(to link: LinkID) -> [Frame] {
        compactMap { if case .send(link, let frame) = $0 { frame } else { nil } }
    }

    func delivered(to link: LinkID) -> [Submission] {
        sent(to: link).compactMap { if case .deliver(let deliver) = $0 { deliver.submission } else { nil } }
    }

    /// Copies that are sent to other members, each with its link and request.
    var replicates: [(link: LinkID, replicate: Replicate)] {
        compactMap { if case .send(let link, .replicate(let replicate)) = $0 { (link, replicate) } else { nil } }
    }

    /// Messages that are forwarded, each with its link and request.
    var forwards: [(link: LinkID, forward: Forward)] {
        compactMap { if case .send(let link, .forward(let forward)) = $0 { (link, forward) } else { nil } }
    }

    func closes(_ link: LinkID) -> Bool {
        contains { if case .close(link, _) = $0 { true } else { false } }
    }

    var hasStopped: Bool { contains { if case .stopped = $0 { true } else { false } } }
}
