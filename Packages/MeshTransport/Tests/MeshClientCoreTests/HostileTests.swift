import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Hostile nodes")
struct HostileTests {
    /// Frames that no honest node sends to a client at this time, and what they are called.
    static func hostile(_ user: UserID) -> [([Frame], (ClientFault) -> Bool)] {
        let message = Messages.message(1, to: user)
        let foreign = Messages.message(1, to: Keys.user(9).id)
        let id = message.id
        let page = RosterPage(request: 999, rosterDigest: Bytes16(), more: false, entries: [])
        func isUnexpected(_ fault: ClientFault) -> Bool { if case .unexpected = fault { true } else { false } }
        func isUnknown(_ fault: ClientFault) -> Bool { if case .unknownRequest = fault { true } else { false } }
        func isFlood(_ fault: ClientFault) -> Bool { if case .flood = fault { true } else { false } }
        return [
            ([.hello(Hello(rosterDigest: Bytes16(), creditBytes: 0, software: ""))], isUnexpected),
            ([.rosterRequest(RosterRequest(request: 1, after: Bytes32()))], isUnexpected),
            ([.records([RosterEntry(state: 0, record: ByteBuffer())])], isUnexpected),
            ([.membership(ByteBuffer())], isUnexpected),
            ([.submit(Submit(request: 1, rosterDigest: Bytes16(), submission: message))], isUnexpected),
            ([.fetch(Fetch(request: 1, rosterDigest: Bytes16(), mode: .queued))], isUnexpected),
            (
                [.acknowledge([DisclosedSecret(acknowledging: message.header, secret: ProofSecret(Bytes16()))])],
                isUnexpected
            ),
            ([.discard([Discard(id: id, signature: Bytes64())])], isUnexpected),
            ([.ephemeral(message)], isUnexpected),
            ([.forward(Forward(request: 1, rosterDigest: Bytes16(), submission: message))], isUnexpected),
            ([.forwarded(Forwarded(request: 1, status: .accepted, id: id, copies: 1, needed: 1))], isUnexpected),
            ([.submitted(Submitted(request: 7, status: .accepted, id: id, copies: 1, needed: 1))], isUnknown),
            ([.fetched(Fetched(request: 77, status: .accepted, delivered: 0))], isUnknown),
            ([.rosterPage(page)], isUnknown),
            ([.deliver(Deliver(isEphemeral: false, submission: foreign))], { $0 == .foreignDelivery(Keys.user(9).id) }),
            (
                (UInt32(1)...5).map { number in
                    let message = Messages.message(number, to: user, envelope: 61_440)
                    return .deliver(Deliver(isEphemeral: false, submission: message))
                },
                { if case .creditExceeded = $0 { true } else { false } }
            ),
            (
                [.credit(bytes: WireLimits.openCredit), .credit(bytes: WireLimits.openCredit)],
                { if case .creditOverflow = $0 { true } else { false } }
            ),
            (Array(repeating: .ping(1), count: 100), isFlood),
            (Array(repeating: .pong(1), count: 100), isFlood),
            (Array(repeating: .credit(bytes: 1), count: 100), isFlood),
            (Array(repeating: .digest(Bytes16()), count: 100), isFlood),
            (Array(repeating: .removed([Removed(id: id, status: .accepted)]), count: 100), isFlood),
        ]
    }

    @Test("each costs its sender this link and no other; the client goes on with the next member")
    func frames() throws {
        let first = try World(nodes: 5)
        for (index, (frames, isExpected)) in Self.hostile(Keys.user(1).id).enumerated() {
            var world = try World(nodes: 5, state: World.knowing(first))
            world.acknowledges = false
            world.send(.start)
            world.run(for: 20)
            // Residence and both others of the set are linked; one of the others misbehaves, then the residence.
            for member in [world.members[0]] {
                let before = world.faults.count
                world.inject(frames, from: member, role: .user)
                world.run(for: 20)
                let faults = world.faults[before...]
                #expect(faults.count == 1 && isExpected(faults.last ?? .helloTimedOut), "\(index): \(faults)")
                let closes = world.notices.count { if case .fault(member, _) = $0 { true } else { false } }
                #expect(closes == 1)
            }
            #expect(world.run(1_000) { $0.connected == $0.members[1] }, "\(index)")
            world.submit(1, to: Keys.user(2).id)
            #expect(world.run(1_000) { $0.results.count == 1 })
        }
    }

    @Test("bytes that are no frames end the link by name")
    func malformed() throws {
        let first = try World(nodes: 5)
        var world = try World(nodes: 5, state: World.knowing(first))
        world.send(.start)
        world.run(for: 100)
        let link = try #require(world.dialled.first { $0.node == world.members[0] }?.link)
        world.send(.malformed(link, .emptyMessage))
        #expect(world.faults == [.malformed("\(FrameError.emptyMessage)")])
        #expect(world.run(1_000) { $0.connected == $0.members[1] })
    }

    @Test("a delivery to a guest ends the link")
    func deliveryToGuest() throws {
        let first = try World(nodes: 5)
        var world = try World(nodes: 5, mode: .submitOnly, state: World.knowing(first))
        world.send(.start)
        world.run(for: 100)
        let message = Messages.message(1, to: world.user)
        world.inject([.deliver(Deliver(isEphemeral: true, submission: message))], from: world.members[0])
        world.run(for: 100)
        #expect(world.faults == [.unexpected(.deliver)])
        #expect(world.delivered.isEmpty)
    }

    @Test("a roster of forged, foreign and damaged records changes nothing but the count of what was dropped")
    func forgedRoster() throws {
        var world = try World(nodes: 5, starts: ["127.1.0.1:4000"])
        let parameters = world.parameters
        let honest = world.nodes[1].record
        let foreign = FakeNode.record(Keys.node(50), world.nodes[2].endpoint, .laboratory(2), 1)
        var forged = honest.encoded
        forged[80] ^= 1
        let records: [(NodeRecord, UInt8)] = [
            (foreign, 0), (try NodeRecord(decoding: forged), 0), (world.nodes[3].record, 9),
        ]
        var entries = records.sorted { $0.0.node < $1.0.node }
            .map { RosterEntry(state: $1, record: ByteBuffer(bytes: $0.encoded)) }
        entries.append(RosterEntry(state: 0, record: ByteBuffer(bytes: [1, 2, 3])))
        entries.append(RosterEntry(state: 0, record: ByteBuffer()))
        let page = entries
        world.nodes[0].script = { node, frame, _ in
            guard case .rosterRequest(let request) = frame else { return nil }
            return [
                .rosterPage(
                    RosterPage(
                        request: request.request, rosterDigest: node.roster.digest, more: false, entries: page))
            ]
        }
        world.send(.start)
        world.run(for: 2_000)
        // Only the answering node's own record counts.
        #expect(world.core.rosterView.roster?.members.map(\.node) == [world.nodes[0].id])
        #expect(world.core.rosterView.roster?.parameters == parameters)
        let dropped = world.notices.compactMap { if case .recordsDropped(_, let count, _) = $0 { count } else { nil } }
        #expect(dropped.first == 5)
    }

    @Test("pages that repeat, run backwards or promise more behind nothing end the link, and nothing of them counts")
    func badPages() throws {
        for kind in 0..<3 {
            var world = try World(nodes: 9, starts: ["127.1.0.1:4000"])
            world.nodes[0].script = { node, frame, _ in
                guard case .rosterRequest(let request) = frame else { return nil }
                var page = node.page(RosterRequest(request: request.request, after: Bytes32()), size: 4)
                switch kind {
                case 0: break
                case 1: page.entries.reverse()
                default: page.entries = []
                }
                page.more = true
                return [.rosterPage(page)]
            }
            world.send(.start)
            world.run(for: 1_000)
            #expect(!world.faults.isEmpty)
            #expect(world.faults.allSatisfy { if case .badRosterPage = $0 { true } else { false } })
            #expect(world.core.rosterView.roster == nil)
            #expect(world.kept == nil)
        }
    }

    @Test("a roster without end stops at the limit of nodes' pages")
    func endlessRoster() throws {
        var world = try World(nodes: 2, starts: ["127.1.0.1:4000"])
        var entries: [RosterEntry] = []
        for number in UInt8(1)...200 {
            let record = FakeNode.record(Keys.node(number), world.nodes[1].endpoint, world.parameters, 1)
            entries.append(RosterEntry(state: 0, record: ByteBuffer(bytes: record.encoded)))
        }
        // One record a page, each with another key: a page is never empty and never the last.
        var asked = 0
        world.nodes[0].script = { _, frame, _ in
            guard case .rosterRequest(let request) = frame else { return nil }
            asked += 1
            var id = [UInt8](repeating: 0, count: 32)
            id[0] = UInt8(truncatingIfNeeded: asked >> 8)
            id[1] = UInt8(truncatingIfNeeded: asked)
            var bytes = Array(entries[asked % entries.count].record.readableBytesView)
            bytes.replaceSubrange(33..<65, with: id)
            let entry = RosterEntry(state: 0, record: ByteBuffer(bytes: bytes))
            return [
                .rosterPage(RosterPage(request: request.request, rosterDigest: Bytes16(), more: true, entries: [entry]))
            ]
        }
        world.latency = 1
        world.send(.start)
        world.run(for: 5_000)
        #expect(world.faults.contains { if case .badRosterPage = $0 { true } else { false } })
        #expect(asked <= 3 * (ClientLimits.pages + 1))
        #expect(world.core.rosterView.roster == nil)
    }

    @Test("a node that announces another's record, or a bad one, as its own loses its link")
    func badOwnRecord() throws {
        let first = try World(nodes: 5)
        for kind in 0..<3 {
            var world = try World(nodes: 5, state: World.knowing(first))
            let residence = world.index(of: world.members[0])
            switch kind {
            case 0: world.nodes[residence].record = world.nodes[world.index(of: world.members[1])].record
            case 1:
                world.nodes[residence].record = FakeNode.record(
                    world.nodes[residence].identity, world.nodes[residence].endpoint, .laboratory(2), 2)
            default:
                var bytes = FakeNode.record(
                    world.nodes[residence].identity, world.nodes[residence].endpoint, world.parameters, 2
                ).encoded
                bytes[bytes.count - 1] ^= 1
                world.nodes[residence].record = try NodeRecord(decoding: bytes)
            }
            world.send(.start)
            world.run(for: 100)
            #expect(world.faults.contains { if case .badOwnRecord = $0 { true } else { false } })
            #expect(world.connected == world.members[1])
            #expect(world.core.rosterView.roster?[world.members[0]]?.record.incarnation == 1)
        }
    }

    @Test("a node can't change another's record, bring back one that left, or say that another has left")
    func otherRecords() throws {
        let first = try World(nodes: 5)
        var world = try World(nodes: 5, state: World.knowing(first))
        world.send(.start)
        world.run(for: 100)
        let victim = world.index(of: world.members[1])
        let gone = world.index(of: world.members[2])
        let old = world.nodes[gone].record
        world.leave(world.nodes[gone].id)
        world.run(for: 2_000)
        #expect(world.core.rosterView.roster?[old.node]?.state == .left)
        // The home node now shows the old record, and says of the victim that it left.
        let home = world.index(of: try #require(world.connected))
        var roster = world.nodes[home].roster
        roster.remove(old.node)
        roster.put(Roster.Member(old, state: .alive, stateSinceMilliseconds: 1))
        roster.put(Roster.Member(world.nodes[victim].record, state: .left, stateSinceMilliseconds: 1))
        world.nodes[home].roster = roster
        world.inject([.digest(roster.digest)], from: world.nodes[home].id)
        world.run(for: 5_000)
        #expect(world.core.rosterView.roster?[old.node]?.state == .left)
        #expect(world.core.rosterView.roster?[world.nodes[victim].id]?.state == .down)
        // Down is a state, not a deletion: it is still asked for what it holds.
        #expect(world.core.rosterView.members.contains(world.nodes[victim].id))
    }
}
