import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Receiving")
struct ReceiveTests {
    func following(_ nodes: UInt8 = 5, acknowledges: Bool = true) throws -> World {
        let first = try World(nodes: nodes)
        var world = try World(nodes: nodes, state: World.knowing(first))
        world.acknowledges = acknowledges
        return world
    }

    @Test("what is queued at the residence and what comes later arrives once, in order, and is removed there")
    func follow() throws {
        var world = try following()
        let residence = world.members[0]
        for number in UInt32(1)...300 { world.put(Messages.message(number, to: world.user), at: residence) }
        world.send(.start)
        #expect(world.run { $0.isEmpty })
        #expect(world.numbers == Array(1...300))
        #expect(world.notices.contains(.caughtUp(residence, delivered: 300)))
        for number in UInt32(301)...400 { world.put(Messages.message(number, to: world.user), at: residence) }
        #expect(world.run { $0.isEmpty })
        #expect(world.numbers == Array(1...400))
        #expect(world.delivered.allSatisfy { $0.node == residence && !$0.isEphemeral })
        #expect(world.complaints.isEmpty)
    }

    @Test("messages at other members are fetched in a sweep at the start and every ten minutes")
    func sweep() throws {
        var world = try following()
        let members = world.members
        world.put(Messages.message(1, to: world.user), at: members[1])
        world.put(Messages.message(2, to: world.user), at: members[2])
        world.send(.start)
        #expect(world.run(5_000) { $0.isEmpty })
        #expect(Set(world.numbers) == [1, 2])
        world.run(for: 5_000)
        world.put(Messages.message(3, to: world.user), at: members[1])
        world.run(for: 500_000)
        #expect(!world.isEmpty)
        #expect(world.run(100_000) { $0.isEmpty })
        world.run(for: 100)
        let reports = world.notices.compactMap { if case .swept(let report) = $0 { report } else { nil } }
        #expect(reports.map(\.reached.count) == [2, 2])
        #expect(world.complaints.isEmpty)
    }

    @Test("copies from several nodes are passed on once and acknowledged everywhere")
    func copies() throws {
        var world = try following(acknowledges: false)
        let message = Messages.message(1, to: world.user)
        for member in world.members { world.put(message, at: member) }
        world.send(.start)
        world.run(for: 1_000)
        #expect(world.numbers == [1])
        #expect(!world.isEmpty)
        world.send(.answers([DeliveryAnswer(message.id, .acknowledge(Messages.secret(1)))]))
        #expect(world.run(1_000) { $0.isEmpty })
        #expect(world.numbers == [1])
        // A copy that turns up later is acknowledged without a word to the app.
        let late = world.index(of: world.members[1])
        world.nodes[late].removed = []
        world.put(message, at: world.members[1])
        #expect(world.run(700_000) { $0.isEmpty })
        #expect(world.numbers == [1])
    }

    @Test("what can't be opened is discarded with the given signature")
    func discard() throws {
        var world = try following(acknowledges: false)
        let message = Messages.message(1, to: world.user)
        world.put(message, at: world.members[0])
        world.send(.start)
        world.run { !$0.delivered.isEmpty }
        let signature = Keys.user(1).sign(
            Discard.signed(message.id, network: world.parameters.id), context: Discard.context)
        world.send(.answers([DeliveryAnswer(message.id, .discard(signature))]))
        #expect(world.run(1_000) { $0.isEmpty })
        let discards = world.nodes.flatMap(\.received).compactMap { frame -> [Discard]? in
            if case .discard(let entries) = frame { entries } else { nil }
        }
        #expect(discards == [[Discard(id: message.id, signature: signature)]])
    }

    @Test("what is ignored stays at the node, gives its credit back, and comes again over the next link")
    func ignore() throws {
        var world = try following(acknowledges: false)
        let residence = world.members[0]
        // More than the credit of a link, so that nothing would come if ignoring kept it.
        for number in UInt32(1)...12 {
            world.put(Messages.message(number, to: world.user, envelope: 61_440), at: residence)
        }
        world.send(.start)
        for count in 1...12 {
            #expect(world.run(1_000) { $0.delivered.count >= count })
            world.send(.answers([DeliveryAnswer(world.delivered[count - 1].id, .ignore)]))
        }
        #expect(!world.isEmpty)
        world.acknowledges = true
        world.run(for: 10_000)
        world.cut(residence)
        #expect(world.run { $0.isEmpty })
        #expect(world.numbers == Array(1...12) + Array(1...12))
        #expect(world.complaints.isEmpty)
    }

    @Test("answers travel together: one frame a page of 512")
    func coalescing() throws {
        var world = try following(acknowledges: false)
        let residence = world.members[0]
        for number in UInt32(1)...400 { world.put(Messages.message(number, to: world.user), at: residence) }
        world.send(.start)
        world.run(for: 1_000)
        let answers = world.delivered.map {
            DeliveryAnswer($0.id, .acknowledge(Messages.secret(Messages.number(of: $0.submission))))
        }
        #expect(answers.count > 100)
        world.send(.answers(answers))
        let frames = world.effects.compactMap { effect -> Int? in
            if case .send(_, .acknowledge(let entries)) = effect.effect { entries.count } else { nil }
        }
        #expect(frames == [answers.count])
    }

    @Test("an app that doesn't answer stops the node at the credit that was granted, and goes on where it was")
    func slowApp() throws {
        var world = try following(acknowledges: false)
        let residence = world.members[0]
        for number in UInt32(1)...20 {
            world.put(Messages.message(number, to: world.user, envelope: 61_440), at: residence)
        }
        world.send(.start)
        world.run(for: 120_000)
        let bytes = world.delivered.reduce(0) { $0 + $1.submission.encodedSize + 1 }
        #expect(bytes <= Int(WireLimits.clientCredit))
        #expect(world.delivered.count >= 3)
        #expect(world.isAtResidence)
        for index in 0..<20 {
            #expect(world.run(1_000) { $0.delivered.count > index })
            let number = world.numbers[index]
            world.send(.answers([DeliveryAnswer(world.delivered[index].id, .acknowledge(Messages.secret(number)))]))
        }
        #expect(world.run(1_000) { $0.isEmpty })
        #expect(world.numbers == Array(1...20))
        #expect(world.faults.isEmpty)
    }

    @Test("ephemeral messages are passed on without an answer and cost no credit in the end")
    func ephemeral() throws {
        var world = try following()
        world.send(.start)
        world.run { $0.isAtResidence }
        let residence = world.members[0]
        for number in UInt32(1)...1_000 {
            let message = Messages.message(number, to: world.user)
            world.inject([.deliver(Deliver(isEphemeral: true, submission: message))], from: residence, role: .user)
            world.run(for: 250)
        }
        #expect(world.numbers == Array(1...1_000))
        #expect(world.delivered.allSatisfy { $0.isEphemeral })
        #expect(world.faults.isEmpty)
    }

    @Test("an expiry that has passed or that nobody may choose is dropped, named, and stays at the node")
    func expiry() throws {
        var world = try following()
        let now = UInt32(Messages.start / 1_000)
        let past = Messages.message(1, to: world.user, expirySeconds: now - 400)
        let far = Messages.message(2, to: world.user, expirySeconds: now + 14 * 86_400 + 400)
        let good = Messages.message(3, to: world.user, expirySeconds: now + 14 * 86_400)
        for message in [past, far, good] { world.put(message, at: world.members[0]) }
        world.send(.start)
        world.run(for: 1_000)
        #expect(world.numbers == [3])
        let node = world.members[0]
        #expect(world.notices.contains(.deliveryDropped(node, past.id, .expired(now - 400))))
        #expect(
            world.notices.contains(.deliveryDropped(node, far.id, .expiryTooFar(now + 14 * 86_400 + 400))))
    }

    @Test("a stream of expired messages is dropped with a bounded number of words")
    func expiredStream() throws {
        var world = try following()
        world.send(.start)
        world.run(for: 100)
        for number in UInt32(1)...1_000 {
            let message = Messages.message(number, to: world.user, expirySeconds: 1)
            world.inject([.deliver(Deliver(isEphemeral: false, submission: message))], from: world.members[0])
            world.run(for: 1)
        }
        world.run(for: 100)
        #expect(world.delivered.isEmpty && world.faults.isEmpty)
        let words = world.notices.count { if case .deliveryDropped = $0 { true } else { false } }
        #expect((64...70).contains(words), "\(words) notices")
    }

    @Test("a refused removal is reported with the node")
    func removalRefused() throws {
        var world = try following()
        let residence = world.members[0]
        let message = Messages.message(1, to: world.user)
        world.put(message, at: residence)
        let user = world.user
        world.nodes[world.index(of: residence)].script = { _, frame, _ in
            guard case .acknowledge(let entries) = frame else { return nil }
            return [.removed(entries.map { Removed(id: $0.acknowledged(by: user).id, status: .proofRefused) })]
        }
        world.send(.start)
        world.run(for: 1_000)
        #expect(world.notices.contains(.removalRefused(residence, message.id, .proofRefused)))
    }

    @Test("a residence that refuses to deliver: for now it is asked again, for good the next member is followed")
    func fetchRefused() throws {
        for status in [DeliveryStatus.busy, .notPermitted] {
            var world = try following()
            let members = world.members
            world.nodes[world.index(of: members[0])].script = { _, frame, _ in
                guard case .fetch(let fetch) = frame else { return nil }
                return [.fetched(Fetched(request: fetch.request, status: status, delivered: 0))]
            }
            world.send(.start)
            world.run(for: 1_000)
            #expect(world.notices.contains(.fetchRefused(members[0], status)))
            #expect(world.connected == (status == .busy ? members[0] : members[1]))
            world.run(for: 20_000)
            #expect(world.connected == members[1])
        }
    }

    @Test("a newer client of the same identity ends this one: no dial follows, submissions fail by name")
    func replaced() throws {
        var world = try following()
        world.send(.start)
        world.run { $0.isAtResidence }
        let residence = world.members[0]
        world.nodes[world.index(of: residence)].isMute = true
        world.submit(1, to: Keys.user(2).id)
        let dials = world.dialled.count
        world.inject([.goodbye(Goodbye(.replaced))], from: residence, role: .user)
        world.run(for: 300_000)
        #expect(world.ended == .replaced(by: residence))
        #expect(world.notices.last == .replaced(by: residence))
        #expect(world.results == [SubmitToken(1): .failure(.replaced)])
        #expect(world.dialled.count == dials)
        #expect(world.core.nextDeadline == nil)
        world.submit(2, to: Keys.user(2).id)
        #expect(world.results[SubmitToken(2)] == .failure(.replaced))
    }
}
