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
