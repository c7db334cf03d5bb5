import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Receipts")
struct ReceiptTests {
    let other = Keys.user(2).id

    func connected(_ nodes: UInt8 = 5) throws -> World {
        let first = try World(nodes: nodes)
        var world = try World(nodes: nodes, mode: .submitOnly, state: World.knowing(first))
        world.send(.start)
        world.run(for: 100)
        return world
    }

    /// Submits one message and waits for its result.
    func submitted(_ world: inout World) throws -> Result<SubmitAcceptance, SubmitFailure> {
        world.submit(1, to: other, deadline: 120_000)
        world.run(120_000) { $0.results.count == 1 }
        return try #require(world.results[SubmitToken(1)])
    }

    @Test("an acceptance brings the members' receipts; the one that comes behind the answer is told afterwards")
    func accepted() throws {
        var world = try connected()
        let members = world.members(of: other)
        let acceptance = try submitted(&world).get()
        let id = Messages.message(1, to: other).id
        #expect(acceptance.receipts.map(\.commit.node) == Array(members.prefix(2)))
        #expect(acceptance.copies == 2 && acceptance.needed == 2 && acceptance.replicas == 3)
        world.run(for: 100)
        #expect(world.custody[id]?.map(\.commit.node) == [members[2]])
        for receipt in acceptance.receipts + (world.custody[id] ?? []) {
            #expect(receipt.isValid(in: world.parameters.id))
            #expect(receipt.entries == [CustodyEntry(.stored, id)])
        }
    }

    @Test("one member's word counts once, however often it comes")
    func twice() throws {
        var world = try connected()
        let members = world.members(of: other)
        let id = Messages.message(1, to: other).id
        let first = world.index(of: members[0])
        let receipts = [world.nodes[first].sign(.stored, [id]), world.nodes[first].sign(.stored, [id])]
        for index in world.nodes.indices {
            world.nodes[index].script = { _, frame, _ in
                guard case .submit(let submit) = frame else { return nil }
                let answer = Submitted(request: submit.request, status: .accepted, id: id, copies: 3, needed: 2)
                return receipts.map { .receipt($0) } + [.submitted(answer)]
            }
        }
        guard case .failure(.unproven(1, 2, _)) = try submitted(&world) else {
            Issue.record("\(world.results)")
            return
        }
    }

    @Test("a coordinator that says accepted without receipts is named, and another node is asked")
    func lyingCoordinator() throws {
        var world = try connected()
        let liar = try #require(world.connected)
        world.nodes[world.index(of: liar)].script = { _, frame, _ in
            guard case .submit(let submit) = frame else { return nil }
            let id = submit.submission.id
            return [.submitted(Submitted(request: submit.request, status: .accepted, id: id, copies: 3, needed: 2))]
        }
        let acceptance = try submitted(&world).get()
        #expect(acceptance.node != liar)
        let id = Messages.message(1, to: other).id
        #expect(world.notices.contains(.unproven(by: liar, id, receipts: 0, needed: 2)))
        #expect(world.connected == liar)
    }

    @Test("a changed receipt, one for another message, and one from outside of the set are refused by name")
    func refused() throws {
        var world = try connected(9)
        let members = world.members(of: other)
        let bringer = try #require(world.connected)
        let id = Messages.message(1, to: other).id
        let outside = try #require(world.nodes.firstIndex { !members.contains($0.id) })
        let foreign = world.nodes[outside].sign(.stored, [id])
        let good = world.nodes[world.index(of: members[0])].sign(.stored, [id])
        let bent = CustodyReceipt(
            commit: good.commit, first: good.first, entries: [CustodyEntry(.removed, id)], hashes: good.hashes)
        let elsewhere = world.nodes[world.index(of: members[1])].sign(
            .stored, [Messages.message(2, to: other).id])
        world.nodes[world.index(of: bringer)].script = { _, frame, _ in
            guard case .submit(let submit) = frame else { return nil }
            let answer = Submitted(request: submit.request, status: .accepted, id: id, copies: 3, needed: 2)
            return [foreign, bent, elsewhere].map { .receipt($0) } + [.submitted(answer)]
        }
        let acceptance = try submitted(&world).get()
        #expect(acceptance.node != bringer)
        #expect(world.notices.contains(.receiptRefused(of: foreign.commit.node, by: bringer, .notInSet)))
        #expect(world.notices.contains(.receiptRefused(of: members[0], by: bringer, .forged)))
        #expect(world.notices.contains(.unproven(by: bringer, id, receipts: 0, needed: 2)))
        #expect(world.faults.isEmpty)
    }

    @Test("every bit of a receipt counts")
    func bits() throws {
        var world = try connected()
        let id = Messages.message(1, to: other).id
        let bytes = world.nodes[0].sign(.stored, [id]).encoded
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            guard let receipt = try? CustodyReceipt(decoding: changed) else { continue }
            let isForThis = receipt.entries == [CustodyEntry(.stored, id)]
            #expect(!(isForThis && receipt.isValid(in: world.parameters.id)), "bit \(bit)")
        }
    }

    @Test("fewer than half of the members keep a message: it is not accepted, and comes back by name")
    func lazyMembers() throws {
        var world = try connected()
        world.lazy = Set(world.members(of: other).prefix(2))
        guard case .failure(.unproven(1, 2, _)) = try submitted(&world) else {
            Issue.record("\(world.results)")
            return
        }
        #expect(world.notices.count { if case .unproven = $0 { true } else { false } } == ClientLimits.submitAttempts)
    }

    @Test("one member of three drops what it is given: the message is accepted by the other two's receipts")
    func oneLazyMember() throws {
        var world = try connected()
        let members = world.members(of: other)
        world.lazy = [members[0]]
        let acceptance = try submitted(&world).get()
        #expect(acceptance.receipts.map(\.commit.node) == Array(members.dropFirst()))
        world.run(for: 40_000)
        #expect(world.custody.isEmpty)
    }

    @Test("nodes that are down count: with two of three known nodes down, one receipt isn't enough")
    func downCounts() throws {
        let first = try World(nodes: 3)
        var world = try World(nodes: 3, mode: .submitOnly, state: World.knowing(first))
        let down = world.nodes[1...].map(\.id)
        for node in down { world.crash(node) }
        world.shareRosters([down[0]: .down, down[1]: .down])
        world.send(.start)
        guard case .failure(let failure) = try submitted(&world), failure.isTemporary else {
            Issue.record("\(world.results)")
            return
        }
        // Once they have left, the one that stays is all that there is.
        for node in down { world.leave(node) }
        world.submit(2, to: other, deadline: 120_000)
        #expect(world.run(120_000) { $0.results.count == 2 })
        let acceptance = try #require(try world.results[SubmitToken(2)]?.get())
        #expect(acceptance.copies == 1 && acceptance.needed == 1 && acceptance.replicas == 1)
    }

    @Test("receipts that nobody waits for cost their sender the link, after an allowance")
    func flood() throws {
        var world = try connected()
        let node = try #require(world.connected)
        let index = world.index(of: node)
        let receipt = world.nodes[index].sign(.stored, [SubmissionID(Bytes16())])
        world.inject(Array(repeating: .receipt(receipt), count: ClientLimits.freeFrames + 1), from: node)
        world.run(for: 100)
        #expect(world.faults == [.flood(.receipt)])
    }
}
