import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Submitting")
struct SubmitTests {
    let other = Keys.user(2).id

    func connected(_ nodes: UInt8 = 5, mode: ClientConfiguration.Mode = .follow) throws -> World {
        let first = try World(nodes: nodes)
        var world = try World(nodes: nodes, mode: mode, state: World.knowing(first))
        world.send(.start)
        world.run(for: 100)
        return world
    }

    func held(_ world: World) -> [UInt32] {
        world.nodes[world.index(of: world.members(of: other)[0])].queues[other]?.map { Messages.number(of: $0) } ?? []
    }

    func submits(_ world: World) -> [Submit] {
        world.nodes.flatMap(\.received).compactMap { if case .submit(let submit) = $0 { submit } else { nil } }
    }

    @Test("five hundred in a row are accepted, complete, once and in order, within the node's credit")
    func inOrder() throws {
        for mode in [ClientConfiguration.Mode.follow, .submitOnly] {
            var world = try connected(mode: mode)
            for number in UInt32(1)...500 {
                world.submit(number, to: other, size: [512, 1_024, 4_096, 16_384, 61_440][Int(number) % 5])
            }
            #expect(world.run { $0.results.count == 500 })
            #expect(held(world) == Array(1...500))
            #expect(submits(world).count == 500)
            let residence = world.members[0]
            #expect(
                world.results.values.allSatisfy { result in
                    guard case .success(let acceptance) = result else { return false }
                    return acceptance.status == .accepted && acceptance.copies == 2 && acceptance.node == residence
                })
            #expect(world.complaints.isEmpty)
        }
    }

    @Test("credit that is smaller than a message holds it and those behind it, never overdraws, and ends by deadline")
    func noCredit() throws {
        let first = try World(nodes: 3)
        var world = try World(nodes: 3, state: World.knowing(first))
        for index in world.nodes.indices { world.nodes[index].grants = 1_000 }
        world.send(.start)
        world.run(for: 100)
        world.submit(1, to: other, size: 1_024)
        world.submit(2, to: other, size: 512)
        #expect(world.run(31_000) { $0.results.count == 2 })
        #expect(world.results[SubmitToken(1)] == .failure(.timedOut(last: nil)))
        #expect(world.results[SubmitToken(2)] == .failure(.timedOut(last: nil)))
        #expect(world.complaints.isEmpty)
    }

    @Test("a cut in the middle: the unanswered ones go out again with the same bytes, and each has one result")
    func cut() throws {
        var world = try connected()
        world.run(for: 6_000)
        for number in UInt32(1)...100 { world.submit(number, to: other) }
        // Some have been stored, but their answers are lost.
        world.run(for: 7)
        world.cut(world.members[0])
        #expect(world.run { $0.results.count == 100 })
        #expect(held(world) == Array(1...100))
        let sent = submits(world)
        #expect(sent.count > 100)
        let bytes = Dictionary(grouping: sent, by: { Messages.number(of: $0.submission) })
        #expect(bytes.values.allSatisfy { copies in copies.allSatisfy { $0.submission == copies[0].submission } })
        let statuses = world.results.values.map { try? $0.get().status }
        #expect(statuses.contains(.alreadyHeld))
    }

    @Test("an answer with another id is that node's fault: it is named, and another member takes the message")
    func wrongID() throws {
        var world = try connected()
        let residence = world.members[0]
        let lie = SubmissionID(Bytes16())
        world.nodes[world.index(of: residence)].script = { _, frame, _ in
            guard case .submit(let submit) = frame else { return nil }
            return [.submitted(Submitted(request: submit.request, status: .accepted, id: lie, copies: 3, needed: 2))]
        }
        world.submit(1, to: other)
        let id = Messages.message(1, to: other).id
        #expect(world.run(5_000) { $0.results.count == 1 })
        #expect(world.notices.contains(.fault(residence, .wrongSubmissionID(expected: id, got: lie))))
        let acceptance = try #require(try world.results[SubmitToken(1)]?.get())
        #expect(acceptance.node == world.members[1])
        #expect(world.connected == residence)
        // The other link is closed when it isn't used any more.
        world.run(for: 60_000)
        #expect(world.nodes[world.index(of: world.members[1])].links.isEmpty)
    }

    @Test("every node lies: the message comes back by name after a bounded number of attempts")
    func allLie() throws {
        var world = try connected()
        for index in world.nodes.indices {
            world.nodes[index].script = { _, frame, _ in
                guard case .submit(let submit) = frame else { return nil }
                let id = SubmissionID(Bytes16())
                return [.submitted(Submitted(request: submit.request, status: .accepted, id: id, copies: 3, needed: 2))]
            }
        }
        world.submit(1, to: other)
        #expect(world.run { $0.results.count == 1 })
        guard case .failure(.wrongIDs) = world.results[SubmitToken(1)] else {
            Issue.record("\(String(describing: world.results))")
            return
        }
        #expect(submits(world).count == ClientLimits.submitAttempts)
    }

    @Test("a refusal for now is retried through other members, then returned as deferred")
    func temporary() throws {
        for status in [DeliveryStatus.unreachable, .storageFailed, .notInSet, .stopping, DeliveryStatus(rawValue: 23)] {
            var world = try connected()
            for index in world.nodes.indices { world.nodes[index].script = refusing(with: status) }
            world.submit(1, to: other, deadline: 120_000)
            #expect(world.run(120_000) { $0.results.count == 1 })
            guard case .failure(.deferred(status, _, ClientLimits.submitAttempts)) = world.results[SubmitToken(1)]
            else {
                Issue.record("\(String(describing: world.results))")
                continue
            }
            #expect(submits(world).count == ClientLimits.submitAttempts)
            #expect(world.nodes.count { !$0.received.allSatisfy { $0.type != .submit } } >= 3)
            #expect(world.complaints.isEmpty)
        }
    }

    func refusing(with status: DeliveryStatus) -> (inout FakeNode, Frame, FakeNode.FakeLink) -> [Frame]? {
        { _, frame, _ in
            guard case .submit(let submit) = frame else { return nil }
            let id = submit.submission.id
            return [.submitted(Submitted(request: submit.request, status: status, id: id, copies: 0, needed: 1))]
        }
    }

    @Test("a node that is too busy is given time, without counting attempts")
    func busy() throws {
        for status in [DeliveryStatus.busy, .rateLimited] {
            var world = try connected()
            let residence = world.index(of: world.members[0])
            world.nodes[residence].script = refusing(with: status)
            for number in UInt32(1)...10 { world.submit(number, to: other, deadline: 60_000) }
            world.run(for: 20_000)
            #expect(world.results.isEmpty)
            world.nodes[residence].script = nil
            #expect(world.run(5_000) { $0.results.count == 10 })
            #expect(held(world) == Array(1...10))
            #expect(submits(world).count < 10 * 25)
        }
    }

    @Test("a full queue and a final refusal come back at once")
    func refused() throws {
        for status in [
            DeliveryStatus.recipientQueueFull, .recipientBytesFull, .expired, .expiryTooFar, .unknownFlags,
            DeliveryStatus(rawValue: 999),
        ] {
            var world = try connected()
            let residence = world.members[0]
            world.nodes[world.index(of: residence)].script = refusing(with: status)
            world.submit(1, to: other)
            #expect(world.run(100) { $0.results.count == 1 })
            let expected: SubmitFailure =
                status.isTemporary ? .deferred(status, by: residence, attempts: 1) : .refused(status, by: residence)
            #expect(world.results[SubmitToken(1)] == .failure(expected))
            #expect(submits(world).count == 1)
        }
    }

    @Test("held already and removed before count as accepted")
    func accepted() throws {
        for status in [DeliveryStatus.alreadyHeld, .removedBefore] {
            var world = try connected()
            let message = Messages.message(1, to: other)
            for member in world.members(of: other) {
                let index = world.index(of: member)
                if status == .alreadyHeld {
                    _ = world.nodes[index].store(message)
                } else {
                    world.nodes[index].removed.insert(message.id)
                }
            }
            world.submit(1, to: other)
            #expect(world.run(100) { $0.results.count == 1 })
            #expect(try world.results[SubmitToken(1)]?.get().status == status)
        }
    }

    @Test("a node that stays silent about a submission is passed by for it; its late answer is no fault")
    func silent() throws {
        var world = try connected()
        let residence = world.index(of: world.members[0])
        world.nodes[residence].script = { _, frame, _ in frame.type == .submit ? [] : nil }
        world.submit(1, to: other, deadline: 100_000)
        #expect(world.run(40_000) { $0.results.count == 1 })
        #expect(try world.results[SubmitToken(1)]?.get().node == world.members[1])
        let request = try #require(submits(world).first?.request)
        let id = Messages.message(1, to: other).id
        world.inject(
            [.submitted(Submitted(request: request, status: .unreachable, id: id, copies: 0, needed: 1))],
            from: world.members[0])
        world.run(for: 1_000)
        #expect(world.faults.isEmpty)
        #expect(world.results.count == 1)
    }

    @Test("a node that answers no submission at all loses its link, though it lives")
    func allSilent() throws {
        var world = try connected()
        let residence = world.index(of: world.members[0])
        world.nodes[residence].script = { _, frame, _ in frame.type == .submit ? [] : nil }
        for number in UInt32(1)...20 { world.submit(number, to: other, deadline: 100_000) }
        #expect(world.run(40_000) { $0.results.count == 20 })
        #expect(world.faults.contains { if case .unresponsive = $0 { true } else { false } })
        #expect(held(world) == Array(1...20))
    }

    @Test("the deadline comes first: one answer, with the last refusal if there was one")
    func deadline() throws {
        var world = try connected()
        for index in world.nodes.indices { world.nodes[index].script = refusing(with: .busy) }
        world.submit(1, to: other, deadline: 5_000)
        #expect(world.run(5_001) { $0.results.count == 1 })
        #expect(world.results[SubmitToken(1)] == .failure(.timedOut(last: .busy)))
        world.run(for: 60_000)

        let first = try World(nodes: 3)
        var away = try World(nodes: 3, state: World.knowing(first))
        for node in away.nodes { away.refused.insert(node.endpoint) }
        away.send(.start)
        away.submit(1, to: other, deadline: 5_000)
        #expect(away.run(5_001) { $0.results.count == 1 })
        #expect(away.results[SubmitToken(1)] == .failure(.timedOut(last: nil)))
    }

    @Test("a cancelled submission has no result, and its late answer is no fault")
    func cancel() throws {
        var world = try connected()
        world.submit(1, to: other)
        world.send(.cancelSubmit(SubmitToken(1)))
        world.submit(2, to: other)
        world.run(for: 5_000)
        #expect(world.results.keys.map(\.number) == [2])
        #expect(world.faults.isEmpty)
        // The token is free again.
        world.submit(1, to: other)
        #expect(world.run(1_000) { $0.results.count == 2 })
    }

    @Test("what is handed in before the start waits; what waits at the end fails by name")
    func edges() throws {
        let first = try World(nodes: 3)
        var world = try World(nodes: 3, state: World.knowing(first))
        world.submit(1, to: other)
        world.send(.start)
        #expect(world.run(1_000) { $0.results.count == 1 })
        world.nodes[world.index(of: world.members[0])].isMute = true
        world.submit(2, to: other)
        world.send(.stop)
        #expect(world.ended == .stopped)
        world.submit(3, to: other)
        #expect(world.results[SubmitToken(2)] == .failure(.stopped))
        #expect(world.results[SubmitToken(3)] == .failure(.stopped))
    }

    @Test("no more than the limits wait, in number and in bytes")
    func limits() throws {
        var world = try World(nodes: 1)
        for number in 1...UInt32(ClientLimits.pendingSubmits) { world.submit(number, to: other) }
        #expect(world.results.isEmpty)
        world.submit(5_000, to: other)
        #expect(
            world.results == [SubmitToken(5_000): .failure(.tooManyPending(limit: ClientLimits.pendingSubmits))])

        var large = try World(nodes: 1)
        let size = Messages.message(1, to: other, envelope: 61_440).encodedSize
        let fitting = UInt32(ClientLimits.pendingSubmitBytes / size)
        for number in 1...fitting { large.submit(number, to: other, size: 61_440) }
        #expect(large.results.isEmpty)
        large.submit(fitting + 1, to: other, size: 61_440)
        #expect(
            large.results[SubmitToken(UInt64(fitting) + 1)]
                == .failure(.tooManyPendingBytes(limit: ClientLimits.pendingSubmitBytes)))
        large.send(.stop)
        large.send(.start)
    }

    @Test("ephemeral messages go out at once or not at all")
    func ephemeral() throws {
        var world = try connected()
        world.send(.ephemeral(Messages.message(1, to: other)))
        world.run(for: 100)
        world.cut(world.members[0])
        world.run(for: 6)
        world.send(.ephemeral(Messages.message(2, to: other)))
        world.run(for: 5_000)
        let sent = world.nodes.flatMap(\.received).compactMap { frame -> UInt32? in
            if case .ephemeral(let message) = frame { Messages.number(of: message) } else { nil }
        }
        #expect(sent == [1])
        #expect(world.complaints.isEmpty)
    }
}
