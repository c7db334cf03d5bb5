import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import Testing

@Suite("What an engine bears")
struct EngineBoundsTests {
    let link = LinkID(9_001)
    var node: ScriptedEngine

    init() {
        let network = TestNetwork.laboratory(nodes: 3)
        node = ScriptedEngine(network.hosts[0], in: network)
        node.open(link, .guest)
    }

    private var request: Frame { .rosterRequest(RosterRequest(request: 1, after: Bytes32())) }

    @Test("a stranger who asks for the roster without end loses the link; twice a second is no trouble")
    mutating func rosterFlood() {
        let patient = LinkID(9_002)
        node.open(patient, .guest)
        for _ in 0..<1_000 {
            _ = node.handle(.tick, afterMilliseconds: 500)
            #expect(!node.receive(request, over: patient).closes(patient))
        }
        let effects = node.handle(.frames(link, Array(repeating: request, count: 20_000)))
        #expect(effects.sent(to: link).count < 5_000)
        #expect(effects.closes(link))
        #expect(node.receive(request, over: patient).sent(to: patient).count == 1)
    }

    @Test("a clock set beyond 2106 ends nothing: messages are refused by name")
    mutating func lateClock() throws {
        let user = TestNetwork.user(1)
        let reader = LinkID(9_002)
        node.open(reader, .user(user.id))
        node.jump(wallMilliseconds: UInt64(UInt32.max) * 1_000 + 1_000)
        let answers = node.submit(TestMessage(to: user.id).submission, over: link).sent(to: link)
        guard case .submitted(let answer) = answers.first else { return #expect(Bool(false), "no answer") }
        #expect(answer.status == .expired)
        let entry = DisclosedSecret(
            acknowledging: TestMessage(to: user.id).submission.header, secret: ProofSecret(Bytes16()))
        #expect(node.receive(.acknowledge([entry]), over: reader).removes.count == 1)
    }

    @Test("a node that has more removed than ever was is refused in time, and told of; a new link changes nothing")
    mutating func junkRemovals() throws {
        var limits = EngineLimits()
        limits.strangeRemovalBurst = 10
        limits.strangeRemovalsPerSecond = 2
        let network = TestNetwork.laboratory(nodes: 3, limits: limits)
        node = ScriptedEngine(network.hosts[0], in: network)
        let record = try #require(node.engine.status.roster[network.hosts[1].node]).record
        let hostile = record.node
        node.open(link, .node(hostile, dialled: nil), record: record)
        #expect(removals(100, over: link, .remembered).taken == 10)
        let again = LinkID(9_003)
        node.open(again, .node(hostile, dialled: nil), record: record)
        let refused = removals(100, over: again, .remembered)
        #expect(refused.taken == 0 && refused.statuses.allSatisfy { $0 == .rateLimited })
        let late = node.handle(.tick, afterMilliseconds: limits.expireMilliseconds)
        #expect(late.contains { if case .notice(.removalsRefused(hostile, count: 190)) = $0 { true } else { false } })
        #expect(removals(100, over: again, .remembered).taken == 10)
    }

    @Test("removals of what was here are never too many")
    mutating func honestRemovals() throws {
        var limits = EngineLimits()
        limits.strangeRemovalBurst = 10
        let network = TestNetwork.laboratory(nodes: 3, limits: limits)
        node = ScriptedEngine(network.hosts[0], in: network)
        let record = try #require(node.engine.status.roster[network.hosts[1].node]).record
        node.open(link, .node(record.node, dialled: nil), record: record)
        #expect(removals(100, over: link, .removed).taken == 100)
    }

    /// Tells of removals and lets the store answer each.
    /// - Returns: how many went to the store, and what the others were answered.
    private mutating func removals(
        _ count: Int, over link: LinkID, _ outcome: StoreOutcome
    ) -> (taken: Int, statuses: [DeliveryStatus]) {
        let user = TestNetwork.user(1).id
        var (taken, statuses): (Int, [DeliveryStatus]) = (0, [])
        for number in 0..<count {
            let secret = DisclosedSecret(
                acknowledging: TestMessage(to: user).submission.header,
                secret: ProofSecret(Hash.blake2b16(context: "test junk", UInt64(number))))
            let remove = Remove(request: UInt64(number), recipient: user, proof: .acknowledgement(secret))
            let effects = node.receive(.remove(remove), over: link)
            taken += effects.removes.count
            for token in effects.removes { _ = node.commit(token, outcome) }
            for case .removeDone(let answer) in effects.sent(to: link) { statuses.append(answer.status) }
        }
        return (taken, statuses)
    }

    @Test("stopped with something unfinished, it waits for nothing and says nothing more")
    mutating func stopped() throws {
        let network = TestNetwork.laboratory(nodes: 1)
        node = ScriptedEngine(network.hosts[0], in: network)
        node.open(link, .guest)
        let submitted = node.submit(TestMessage(to: TestNetwork.user(1).id).submission, over: link)
        #expect(!node.handle(.stop(.leave)).hasStopped)
        let end = node.handle(.tick, afterMilliseconds: EngineLimits().stopMilliseconds)
        #expect(end.hasStopped && end.closes(link))
        #expect(node.engine.nextDeadline == nil)
        #expect(node.receive(.ping(1), over: link).isEmpty)
        #expect(node.commit(submitted.appends[0]).isEmpty)
    }
}
