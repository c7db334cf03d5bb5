import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Recalling")
struct RecallTests {
    let other = Keys.user(2).id
    let secret = ProofSecret(Hash.blake2b16(context: "test recall", UInt32(1)))

    var message: Submission {
        get throws {
            try Submission(
                recipient: other, expirySeconds: UInt32(Messages.start / 1_000) + 86_400,
                acknowledgementHash: Messages.secret(1).hash, recallHash: secret.hash,
                envelope: [UInt8](repeating: 7, count: 512))
        }
    }

    /// A world in which all members hold the message.
    func world() throws -> World {
        let first = try World(nodes: 5)
        var world = try World(nodes: 5, mode: .submitOnly, state: World.knowing(first))
        world.send(.start)
        _ = world.replicate(try message, to: world.members(of: other))
        return world
    }

    func recalled(_ world: inout World) throws -> RecallReport {
        let disclosed = DisclosedSecret(recalling: try message.header, secret: secret)
        world.send(.recall(RecallToken(1), recipient: other, secret: disclosed, deadline: world.now + 20_000))
        #expect(world.run(20_001) { $0.recall != nil })
        world.run(for: 1_000)
        #expect(world.complaints.isEmpty && world.faults.isEmpty)
        return try #require(world.recall)
    }

    @Test("all members delete it and sign that nobody had it: it is recalled")
    func recalled() throws {
        var world = try world()
        let report = try recalled(&world)
        #expect(report.isRecalled)
        #expect(report.answers.map(\.node) == world.members(of: other))
        #expect(try report.id == message.id)
        for answer in report.answers {
            guard case .recalled(let receipt) = answer.outcome else { continue }
            #expect(receipt.commit.node == answer.node && receipt.isValid(in: world.parameters.id))
        }
        #expect(world.nodes.allSatisfy { $0.queues[other]?.isEmpty ?? true })
        #expect(world.nodes.flatMap(\.links).count == 1)
    }

    @Test("a node that handed it out, lacks it, is away, signs nothing or is silent: not recalled, and it is named")
    func partly() throws {
        for trouble in 0..<5 {
            var world = try world()
            let member = world.members(of: other)[1]
            let index = world.index(of: member)
            let id = try message.id
            switch trouble {
            case 0: world.nodes[index].handedOut = [id]
            case 1: world.nodes[index].queues[other] = []
            case 2: world.crash(member)
            case 3:
                world.nodes[index].script = { _, frame, _ in
                    guard case .recall(let recall) = frame else { return nil }
                    return [.recalled(Recalled(request: recall.request, status: .accepted, id: id))]
                }
            default: world.nodes[index].script = { _, frame, _ in frame.type == .recall ? [] : nil }
            }
            let report = try recalled(&world)
            #expect(!report.isRecalled)
            let outcome = report.answers[1].outcome
            switch (trouble, outcome) {
            case (0, .handedOut), (1, .notHeld), (2, .unreachable), (3, .unproven), (4, .unreachable): break
            default: Issue.record("\(trouble): \(outcome)")
            }
            #expect(report.answers.count { if case .recalled = $0.outcome { true } else { false } } == 2)
        }
    }

    @Test("what the recipient has opened can't be recalled: its proof was first")
    func opened() throws {
        var world = try world()
        let id = try message.id
        for member in world.members(of: other) {
            let index = world.index(of: member)
            world.nodes[index].queues[other] = []
            world.nodes[index].removed = [id]
        }
        let report = try recalled(&world)
        #expect(report.answers.count == 3)
        #expect(report.answers.allSatisfy { if case .opened = $0.outcome { true } else { false } })
    }

    @Test("nobody is known: the report is empty, at the deadline")
    func nobody() throws {
        var world = try World(nodes: 0, mode: .submitOnly)
        world.send(.start)
        let report = try recalled(&world)
        #expect(report.answers.isEmpty && !report.isRecalled)
    }
}
