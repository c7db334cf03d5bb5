import MeshCrypto
import MeshRing
@testable import MeshTransport
import MeshWire
import NIOCore
import Testing

@Suite("Links over loopback") struct LinkTests {
    @Test("user and node, frames both ways, arrive whole and in order")
    func bothWays() async throws {
        let user = UserIdentity.generate()
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link(.user(user, expecting: meeting.node.id))
            #expect(dialled.peer == .node(meeting.node.id) && accepted.peer == .user(user.id))
            #expect(dialled.origin == .dialled(meeting.target) && accepted.origin == .accepted)
            #expect(dialled.parameters == meeting.parameters && accepted.version == 1)
            meeting.diallingHub.send(Frames.frame(payload: 5), to: dialled.handle)
            meeting.diallingHub.send(Frames.frame(payload: 0), to: dialled.handle)
            meeting.listeningHub.send(Frames.frame(payload: 900), to: accepted.handle)
            let there = await meeting.listening.wait { $0.receivedBytes == 13 }
            let here = await meeting.dialling.wait { $0.receivedBytes == 904 }
            #expect(Frames.sizes(there.frames[accepted.handle] ?? ByteBuffer()) == [5, 0])
            #expect(Frames.sizes(here.frames[dialled.handle] ?? ByteBuffer()) == [900])
        }
    }

    @Test("batch, many frames for many links, arrives in each link's order")
    func batches() async throws {
        try await Meeting().run { meeting in
            var links: [(dialled: OpenedLink, accepted: OpenedLink)] = []
            for _ in 0..<5 { links.append(try await meeting.link()) }
            var batch = meeting.diallingHub.makeBatch()
            #expect(batch.isEmpty)
            for size in 0..<400 {
                for link in links {
                    if size.isMultiple(of: 2) {
                        batch.append(Frames.frame(payload: size), to: link.dialled.handle)
                    } else {
                        batch.append(to: link.dialled.handle) { $0.writeImmutableBuffer(Frames.frame(payload: size)) }
                    }
                }
            }
            meeting.diallingHub.submit(&batch)
            #expect(batch.isEmpty)
            let total = 5 * (0..<400).map { $0 + 4 }.reduce(0, +)
            let seen = await meeting.listening.wait { $0.receivedBytes == total }
            for link in links {
                #expect(Frames.sizes(seen.frames[link.accepted.handle] ?? ByteBuffer()) == Array(0..<400))
            }
            #expect(seen.receivedCalls < 400, "frames are gathered, not sent one by one")
        }
    }

    @Test("largest message, both ways with smaller ones around it, arrives")
    func largest() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            let largest = 65_519 - 4
            for size in [10, largest, 20, largest, largest] {
                meeting.diallingHub.send(Frames.frame(payload: size), to: dialled.handle)
                meeting.listeningHub.send(Frames.frame(payload: size), to: accepted.handle)
            }
            let total = 3 * largest + 30 + 20
            let there = await meeting.listening.wait { $0.receivedBytes == total }
            let here = await meeting.dialling.wait { $0.receivedBytes == total }
            let sizes = [10, largest, 20, largest, largest]
            #expect(Frames.sizes(there.frames[accepted.handle] ?? ByteBuffer()) == sizes)
            #expect(Frames.sizes(here.frames[dialled.handle] ?? ByteBuffer()) == sizes)
        }
    }

    @Test("frames that nobody waits for, arrive by themselves, or with the next that is urgent and in order")
    func unhurried() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            var batch = meeting.diallingHub.makeBatch()
            batch.append(.ping(1), to: dialled.handle, isUrgent: false)
            meeting.diallingHub.submit(&batch)
            await meeting.listening.wait { $0.receivedBytes == 12 }
            let calls = meeting.listening.seen.receivedCalls
            batch.append(.ping(2), to: dialled.handle, isUrgent: false)
            batch.append(.pong(3), to: dialled.handle)
            meeting.diallingHub.submit(&batch)
            let seen = await meeting.listening.wait { $0.receivedBytes == 36 }
            #expect(seen.receivedCalls == calls + 1)
            #expect(
                try FrameDecoder.decode(seen.frames[accepted.handle] ?? ByteBuffer()) == [.ping(1), .ping(2), .pong(3)])
        }
    }

    @Test("close, right after sending, lets everything arrive and tells both ends why")
    func closeAfterFlush() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            var batch = meeting.diallingHub.makeBatch()
            for _ in 0..<200 { batch.append(Frames.frame(payload: 10_000), to: dialled.handle) }
            batch.close(dialled.handle)
            batch.append(Frames.frame(payload: 1), to: dialled.handle)
            meeting.diallingHub.submit(&batch)
            let there = await meeting.listening.wait { $0.closed.count == 1 }
            let here = await meeting.dialling.wait { $0.closed.count == 1 }
            #expect(there.receivedBytes == 200 * 10_004)
            #expect(there.closed[accepted.handle] == .closedByPeer(code: 1_000))
            #expect(here.closed[dialled.handle] == .closedHere)
            meeting.diallingHub.send(Frames.frame(payload: 1), to: dialled.handle)
            meeting.diallingHub.close(dialled.handle)
        }
    }

    @Test("shutdown of a hub, open links, closes each and the handler hears its end")
    func shutdown() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            await meeting.listeningHub.shutDown()
            #expect(meeting.listening.seen.closed[accepted.handle] == .shutdown)
            let here = await meeting.dialling.wait { $0.closed.count == 1 }
            #expect(here.closed[dialled.handle] == .closedByPeer(code: 1_001))
            await #expect(throws: LinkDialError.self) { try await meeting.dial() }
        }
    }

    @Test("IPv6 and a name with several addresses, are dialled and listened on")
    func addresses() async throws {
        try await Meeting(address: "::1").run { meeting in
            let (dialled, _) = try await meeting.link()
            #expect(dialled.remoteAddress?.ipAddress == "::1")
        }
        try await Meeting().run { meeting in
            let link = try await meeting.diallingHub.dial(
                .host("localhost", port: meeting.port), as: .guest(expecting: nil), network: nil)
            #expect(link.peer == .node(meeting.node.id) && link.parameters == meeting.parameters)
            let endpoint = try Endpoint(text: "127.0.0.1:\(meeting.port)")
            let other = try await meeting.diallingHub.dial(
                .endpoint(endpoint), as: .guest(expecting: nil), network: nil)
            #expect(other.origin == .dialled(.endpoint(endpoint)))
        }
    }

    @Test("dial, nobody there or a name that doesn't exist, fails by name")
    func unreachable() async throws {
        try await Meeting().run { meeting in
            // Not a port that was just closed: another test may listen there by now.
            let deserted = LinkTarget.host("127.0.0.1", port: 1)
            let refused = await meeting.error(dialling: deserted)
            guard case .unreachable(deserted, _) = refused else {
                Issue.record("\(String(describing: refused))")
                return
            }
            let nowhere = LinkTarget.host("nowhere.invalid", port: 7_000)
            guard case .unreachable(nowhere, let text) = await meeting.error(dialling: nowhere) else {
                Issue.record("a name under .invalid was resolved")
                return
            }
            #expect(text.contains("resolved"))
        }
    }

    @Test("dial, wrong network and wrong node, fails by name on this end and as closed on the other")
    func wrongOnes() async throws {
        try await Meeting().run { meeting in
            let other = NetworkID(.random())
            let network = await meeting.error(dialling: meeting.target, network: other)
            let wrongNetwork = LinkHandshakeError.wrongNetwork(expected: other, got: meeting.parameters.id)
            #expect(network == .handshake(meeting.target, wrongNetwork))
            let stranger = NodeIdentity.generate().id
            let node = await meeting.error(dialling: meeting.target, as: .guest(expecting: stranger))
            #expect(
                node == .handshake(meeting.target, .wrongNode(expected: stranger, got: meeting.node.id)))
            let seen = await meeting.listening.wait { $0.refused.count == 2 }
            #expect(seen.refused == [.closedByPeer(code: 1_008), .closedByPeer(code: 1_008)])
            #expect(seen.opened.isEmpty)
        }
    }

    @Test("listening twice on one address, fails by name; nothing of a half-made listener stays")
    func listenTwice() async throws {
        try await Meeting().run { meeting in
            let taken = meeting.listener.addresses[0]
            await #expect(throws: LinkListenError.self) {
                try await LinkListener.bind(
                    meeting.listeningHub, to: [taken], as: meeting.node, parameters: meeting.parameters)
            }
            _ = try await meeting.link()
        }
    }
}

extension Meeting {
    /// The error of a dial, nil if it succeeds.
    func error(
        dialling target: LinkTarget, as credential: LinkCredential = .guest(expecting: nil), network: NetworkID? = nil
    ) async -> LinkDialError? {
        do throws(LinkDialError) {
            _ = try await diallingHub.dial(target, as: credential, network: network)
            return nil
        } catch { return error }
    }
}
