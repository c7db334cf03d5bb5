import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Withholding")
struct WithholdingTests {
    func away(_ mode: ClientConfiguration.Mode = .follow) throws -> World {
        let first = try World(nodes: 5)
        return try World(nodes: 5, mode: mode, state: World.knowing(first))
    }

    /// What comes of somebody else's submission: all members hold it, and keep each other's receipts.
    func send(_ number: UInt32, in world: inout World) -> SubmissionID {
        let message = Messages.message(number, to: world.user)
        let (_, receipts) = world.replicate(message, to: world.members)
        for member in world.members { world.nodes[world.index(of: member)].shelf += receipts }
        world.drainNodes()
        return message.id
    }

    func requests(_ world: World, of node: NodeID) -> [FrameType] {
        world.nodes[world.index(of: node)].received.map(\.type)
    }

    @Test("what all members hold is delivered by the residence alone; the others only list it")
    func honest() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            for number in UInt32(1)...700 { _ = send(number, in: &world) }
            world.send(.start)
            #expect(world.run(60_000) { $0.isEmpty })
            world.run(for: 10_000)
            #expect(Set(world.numbers) == Set(1...700) && world.numbers.count == 700)
            #expect(world.delivered.allSatisfy { $0.node == world.members[0] })
            #expect(world.nodes[world.index(of: world.members[1])].handedOut.isEmpty)
            #expect(!requests(world, of: world.members[0]).contains(.fetchThese))
            #expect(world.complaints.isEmpty && world.faults.isEmpty)
        }
    }

    @Test("a residence that withholds what it signed for is named with the proof, and the message comes from another")
    func withheld() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            let residence = world.members[0]
            let id = send(1, in: &world)
            _ = send(2, in: &world)
            world.nodes[world.index(of: residence)].withheld = [id]
            world.send(.start)
            #expect(world.run(10_000) { $0.numbers.sorted() == [1, 2] })
            world.run(for: 1_000)
            let reports = world.notices.compactMap { notice -> (NodeID, SubmissionID, CustodyReceipt, NodeID)? in
                if case .withheld(let node, let id, let receipt, let giver) = notice {
                    (node, id, receipt, giver)
                } else {
                    nil
                }
            }
            #expect(reports.count == 1)
            let report = try #require(reports.first)
            #expect(report.0 == residence && report.1 == id && world.members.dropFirst().contains(report.3))
            #expect(report.2.commit.node == residence && report.2.isValid(in: world.parameters.id))
            #expect(report.2.entries == [CustodyEntry(.stored, id)])
            if mode == .once { #expect(world.report?.reached.count == 3) }
            #expect(world.complaints.isEmpty && world.faults.isEmpty)
        }
    }

    @Test("without a receipt of the residence the message counts as missing there, not as withheld")
    func missing() throws {
        var world = try away()
        world.send(.start)
        world.run(for: 100_000)
        let id = Messages.message(1, to: world.user).id
        world.put(Messages.message(1, to: world.user), at: world.members[1])
        #expect(world.run(700_000) { $0.numbers == [1] })
        world.run(for: 1_000)
        #expect(world.notices.contains(.missing(at: world.members[0], id, givenBy: world.members[1])))
        #expect(world.complaints.isEmpty && world.faults.isEmpty)
    }

    @Test("somebody who comes with a stored roster that still holds is told at once what is missing where")
    func missingAtOnce() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            let id = Messages.message(1, to: world.user).id
            world.put(Messages.message(1, to: world.user), at: world.members[1])
            world.send(.start)
            #expect(world.run(10_000) { $0.numbers == [1] })
            world.run(for: 1_000)
            #expect(world.notices.contains(.missing(at: world.members[0], id, givenBy: world.members[1])))
        }
    }

    @Test("just after a change of the set nothing is called missing: hand-over is under way")
    func handOver() throws {
        // A node has come back since the roster was stored.
        var before = try World(nodes: 9)
        before.shareRosters([before.members[0]: .down])
        var world = try World(nodes: 9, state: World.knowing(before))
        world.put(Messages.message(1, to: world.user), at: world.members[1])
        world.send(.start)
        #expect(world.run(10_000) { $0.numbers == [1] })
        world.run(for: 1_000)
        #expect(!world.notices.contains { if case .missing = $0 { true } else { false } })
    }

    @Test("a forged receipt incriminates nobody")
    func forged() throws {
        var world = try away()
        let residence = world.members[0]
        let message = Messages.message(1, to: world.user)
        let other = world.nodes[world.index(of: residence)].sign(.stored, [Messages.message(2, to: world.user).id])
        let forged = CustodyReceipt(
            commit: other.commit, first: other.first, entries: [CustodyEntry(.stored, message.id)], hashes: other.hashes
        )
        world.put(message, at: world.members[1])
        world.nodes[world.index(of: world.members[1])].shelf = [forged]
        world.send(.start)
        #expect(world.run(10_000) { $0.numbers == [1] })
        world.run(for: 1_000)
        #expect(!world.notices.contains { if case .withheld = $0 { true } else { false } })
        #expect(
            world.notices.contains(.receiptRefused(of: residence, by: world.members[1], .forged)))
    }

    @Test("what the app knew already is nobody's fault: its removal hasn't reached the other member")
    func removedAtResidence() throws {
        var world = try away()
        world.acknowledges = false
        world.send(.start)
        world.run(for: 100_000)
        let message = Messages.message(1, to: world.user)
        world.nodes[world.index(of: world.members[0])].removed = [message.id]
        world.put(message, at: world.members[1])
        #expect(world.run(700_000) { $0.numbers == [1] })
        world.send(.answers([DeliveryAnswer(message.id, .acknowledge(Messages.secret(1)), isKnown: true)]))
        #expect(world.run(1_000) { $0.isEmpty })
        #expect(
            !world.notices.contains { notice in
                if case .missing = notice { true } else if case .withheld = notice { true } else { false }
            })
    }

    @Test("a residence that is silent when asked by id loses its link, and is named")
    func silent() throws {
        var world = try away()
        let residence = world.members[0]
        let id = send(1, in: &world)
        world.nodes[world.index(of: residence)].withheld = [id]
        world.nodes[world.index(of: residence)].script = { _, frame, _ in frame.type == .fetchThese ? [] : nil }
        world.send(.start)
        #expect(world.run(60_000) { $0.numbers == [1] })
        world.run(for: 1_000)
        #expect(
            world.notices.contains { if case .withheld(residence, id, _, _) = $0 { true } else { false } })
    }

    @Test("a residence that says it has delivered and doesn't is asked as often as one that says no, and is named")
    func falseDelivery() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            let residence = world.members[0]
            let id = send(1, in: &world)
            world.nodes[world.index(of: residence)].withheld = [id]
            world.nodes[world.index(of: residence)].script = Self.saysDelivered
            world.send(.start)
            #expect(world.run(10_000) { $0.numbers == [1] })
            world.run(for: 1_000)
            #expect(requests(world, of: residence).count { $0 == .fetchThese } <= 2 * ClientLimits.denials)
            #expect(world.notices.contains { if case .withheld(residence, id, _, _) = $0 { true } else { false } })
        }
    }

    @Test("a member that lists what it doesn't have and says it has delivered it is asked once")
    func falseListAndDelivery() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            let liar = world.members[1]
            let junk = SubmissionID(Hash.blake2b16(context: "test junk", UInt32(1)))
            world.nodes[world.index(of: liar)].script = { node, frame, link in
                guard case .contents(let contents) = frame else { return Self.saysDelivered(&node, frame, link) }
                let page = ContentsPage(
                    request: contents.request, status: .accepted, last: 1, more: false, ids: [junk])
                return [.contentsPage(page)]
            }
            _ = send(1, in: &world)
            world.send(.start)
            world.run(for: 60_000)
            #expect(world.numbers == [1])
            #expect(requests(world, of: liar).count { $0 == .fetchThese } == 1)
            if mode == .once { #expect(world.report?.reached.count == 3) }
            #expect(world.complaints.isEmpty && world.faults.isEmpty)
        }
    }

    private static func saysDelivered(_: inout FakeNode, _ frame: Frame, _: FakeNode.FakeLink) -> [Frame]? {
        guard case .fetchThese(let request) = frame else { return nil }
        return [.fetched(Fetched(request: request.request, status: .accepted, delivered: 1))]
    }

    @Test("a member that lists what it doesn't have holds nobody up and incriminates nobody")
    func falseList() throws {
        for mode in [ClientConfiguration.Mode.follow, .once] {
            var world = try away(mode)
            let liar = world.members[1]
            let ids = (0..<512).map { SubmissionID(Hash.blake2b16(context: "test junk", UInt32($0))) }
            world.nodes[world.index(of: liar)].script = { _, frame, _ in
                guard case .contents(let contents) = frame else { return nil }
                let page = ContentsPage(
                    request: contents.request, status: .accepted, last: contents.after + 1, more: true, ids: ids)
                return [.contentsPage(page)]
            }
            _ = send(1, in: &world)
            world.send(.start)
            world.run(for: 60_000)
            #expect(world.numbers == [1])
            #expect(!world.notices.contains { if case .missing = $0 { true } else { false } })
            let asked = requests(world, of: liar).count { $0 == .contents }
            #expect(asked == ClientLimits.contentsPages)
            if mode == .once { #expect(world.report?.reached.count == 3) }
            #expect(world.complaints.isEmpty && world.faults.isEmpty)
        }
    }

    @Test("a list that leads nowhere costs its node the link; a list refused leads to a whole fetch")
    func badList() throws {
        for status in [DeliveryStatus.accepted, .storageFailed] {
            var world = try away(.once)
            let node = world.members[1]
            world.put(Messages.message(1, to: world.user), at: node)
            world.nodes[world.index(of: node)].script = { _, frame, _ in
                guard case .contents(let contents) = frame else { return nil }
                return [
                    .contentsPage(
                        ContentsPage(
                            request: contents.request, status: status, last: contents.after, more: true, ids: []))
                ]
            }
            world.send(.start)
            #expect(world.run(60_000) { $0.report != nil })
            #expect(world.faults.contains(.badContentsPage) == (status == .accepted))
            #expect(world.numbers == (status == .accepted ? [] : [1]))
        }
    }
}
