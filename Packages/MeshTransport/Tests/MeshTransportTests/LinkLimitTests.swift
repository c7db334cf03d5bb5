import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOPosix
import Testing

@Suite("Limits of links") struct LinkLimitTests {
    @Test("connection that says nothing, is dropped by the handshake's timeout")
    func handshakeTimeout() async throws {
        var limits = LinkLimits()
        limits.handshakeTimeoutMilliseconds = 200
        try await Meeting(limits: limits).run { meeting in
            let silent = try await RawPeer(port: meeting.port)
            let halfway = try await RawPeer(port: meeting.port)
            await halfway.write("GET /mesh/1 HTTP/1.1\r\nHost:")
            _ = await silent.readToEnd()
            _ = await halfway.readToEnd()
            let seen = await meeting.listening.wait { $0.refused.count == 2 }
            #expect(seen.refused == [.timeout(milliseconds: 200), .timeout(milliseconds: 200)])
        }
    }

    @Test("dialled host that accepts and says nothing, fails by the handshake's timeout")
    func silentListener() async throws {
        var limits = LinkLimits()
        limits.handshakeTimeoutMilliseconds = 200
        try await Meeting(diallerLimits: limits).run { meeting in
            let mute = try await MuteListener()
            let target = LinkTarget.host("127.0.0.1", port: mute.port)
            let error = await meeting.error(dialling: target)
            #expect(error == .handshake(target, .timeout(milliseconds: 200)))
            await mute.close()
        }
    }

    @Test("peer that falls silent after the handshake, is pinged and then dropped by name")
    func silence() async throws {
        var limits = LinkLimits()
        limits.acceptedPingAfterMilliseconds = 1_000
        limits.silentAfterMilliseconds = 3_000
        try await Meeting(limits: limits).run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            let opened = await meeting.listening.wait { $0.opened.count == 1 }.opened[0]
            let said = await peer.readToEnd()
            #expect(Array(said.readableBytesView.prefix(2)) == [0x89, 0], "a ping comes first")
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            guard case .silent(let milliseconds) = seen.closed[opened.handle] else {
                Issue.record("\(String(describing: seen.closed))")
                return
            }
            #expect(milliseconds >= 3_000)
        }
    }

    @Test("two idle ends, pings and pongs, stay open beyond the silence limit")
    func keepAlive() async throws {
        var limits = LinkLimits()
        limits.pingAfterMilliseconds = 200
        limits.acceptedPingAfterMilliseconds = 400
        // A machine that does much else may stand still for a second.
        limits.silentAfterMilliseconds = 3_000
        try await Meeting(limits: limits, diallerLimits: limits).run { meeting in
            let (dialled, accepted) = try await meeting.link()
            let start = NIODeadline.now()
            try await Meeting.group.next().scheduleTask(in: .milliseconds(4_000)) {}.futureResult.get()
            #expect(NIODeadline.now() - start >= .milliseconds(4_000))
            #expect(meeting.listening.seen.closed.isEmpty && meeting.dialling.seen.closed.isEmpty)
            meeting.diallingHub.send(Frames.frame(payload: 3), to: dialled.handle)
            let seen = await meeting.listening.wait { $0.receivedBytes == 7 }
            #expect(seen.frames[accepted.handle] != nil)
        }
    }

    @Test("peer that trickles one frame byte by byte, is dropped as silent")
    func trickle() async throws {
        var limits = LinkLimits()
        limits.silentAfterMilliseconds = 3_000
        try await Meeting(limits: limits).run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            await meeting.listening.wait { $0.opened.count == 1 }
            let message = try peer.message(Array(Frames.frame(payload: 60_000).readableBytesView))
            let trickling = Task {
                for byte in message {
                    guard !Task.isCancelled else { return }
                    await peer.write([byte])
                    await Task.yield()
                }
            }
            let seen = await meeting.listening.wait { $0.closed.count == 1 || $0.receivedBytes > 0 }
            trickling.cancel()
            if seen.receivedBytes == 0 {
                guard case .silent = seen.closed.first?.value else {
                    Issue.record("\(seen.closed)")
                    return
                }
            }
        }
    }

    @Test("peer that doesn't read, is dropped when too much waits; others go on")
    func slowReader() async throws {
        var limits = LinkLimits()
        limits.clientOutboundBytes = 512 * 1_024
        try await Meeting(limits: limits).run { meeting in
            let (healthy, healthyAccepted) = try await meeting.link()
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            try await peer.stopReading()
            let slow = await meeting.listening.wait { $0.opened.count == 2 }.opened[1]
            var batch = meeting.listeningHub.makeBatch()
            for _ in 0..<2_000 {
                batch.append(Frames.frame(payload: 60_000), to: slow.handle)
                meeting.listeningHub.submit(&batch)
            }
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            guard case .outboundOverflow(let waiting, 524_288) = seen.closed[slow.handle] else {
                Issue.record("\(seen.closed)")
                return
            }
            #expect(waiting > 524_288 && waiting < 1_024 * 1_024)
            #expect(seen.writability.contains(false))
            meeting.listeningHub.send(Frames.frame(payload: 3), to: healthyAccepted.handle)
            let here = await meeting.dialling.wait { $0.receivedBytes == 7 }
            #expect(here.frames[healthy.handle] != nil)
            await peer.close()
        }
    }

    @Test("peer that doesn't read and isn't written more, is dropped as stalled")
    func stalled() async throws {
        var limits = LinkLimits()
        limits.stalledAfterMilliseconds = 300
        try await Meeting(limits: limits).run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            try await peer.stopReading()
            let slow = await meeting.listening.wait { $0.opened.count == 1 }.opened[0]
            while meeting.listening.seen.writability.isEmpty {
                var batch = meeting.listeningHub.makeBatch()
                for _ in 0..<4 { batch.append(Frames.frame(payload: 60_000), to: slow.handle) }
                meeting.listeningHub.submit(&batch)
                try await Meeting.group.next().submit {}.get()
            }
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            guard case .stalled = seen.closed[slow.handle] else {
                Issue.record("\(seen.closed)")
                return
            }
            await peer.close()
        }
    }

    @Test("listener, more connections in their handshake than allowed, answers 503 and serves again later")
    func handshakeCount() async throws {
        var limits = LinkLimits()
        limits.linksInHandshake = 2
        try await Meeting(limits: limits).run { meeting in
            let first = try await RawPeer(port: meeting.port)
            let second = try await RawPeer(port: meeting.port)
            while meeting.listener.connections.inHandshake < 2 { await Task.yield() }
            let third = try await RawPeer(port: meeting.port)
            let answer = String(buffer: await third.readToEnd())
            #expect(answer.hasPrefix("HTTP/1.1 503 "))
            let seen = await meeting.listening.wait { $0.refused.count == 1 }
            #expect(seen.refused == [.request(.busy(.handshakes(allowed: 2)))])
            await first.close()
            await second.close()
            await meeting.listening.wait { $0.refused.count == 3 }
            _ = try await meeting.link()
        }
    }

    @Test("listener, as many links as allowed, refuses the next by name and takes one again when one has gone")
    func linkCount() async throws {
        var limits = LinkLimits()
        limits.links = 2
        try await Meeting(limits: limits).run { meeting in
            let first = try await meeting.link()
            _ = try await meeting.link()
            #expect(meeting.listener.connections == (all: 2, inHandshake: 0))
            let third = try await RawPeer(port: meeting.port)
            #expect(String(buffer: await third.readToEnd()).contains("503"))
            meeting.diallingHub.close(first.dialled.handle)
            await meeting.listening.wait { $0.closed.count == 1 }
            _ = try await meeting.link()
        }
    }

    @Test("address, more links than allowed, is refused outside a laboratory")
    func prefixCount() async throws {
        var limits = LinkLimits()
        limits.linksPerPrefix = 1
        try await Meeting(limits: limits, laboratory: false).run { meeting in
            _ = try await meeting.link()
            let second = try await RawPeer(port: meeting.port)
            #expect(String(buffer: await second.readToEnd()).contains("503"))
            let seen = await meeting.listening.wait { $0.refused.count == 1 }
            #expect(seen.refused == [.request(.busy(.prefix(allowed: 1)))])
        }
    }

    @Test("prefix of an address, IPv4 whole and IPv6 /56, mapped ones as IPv4")
    func prefixes() throws {
        func prefix(_ text: String) throws -> UInt64 {
            LinkAdmission.prefix(SocketAddress(try PlacementAddress(text: text), port: 1))
        }
        #expect(try prefix("192.0.2.1") == prefix("::ffff:192.0.2.1"))
        #expect(try prefix("192.0.2.1") != prefix("192.0.2.2"))
        #expect(try prefix("2001:db8:1:ff::1") == prefix("2001:db8:1:1::2"))
        #expect(try prefix("2001:db8:1:100::1") != prefix("2001:db8:1:1::1"))
    }

    @Test("reading paused, one loop, holds frames back until it goes on")
    func pausedReading() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            meeting.listeningHub.pauseReading(loop: accepted.handle.loop)
            // One read may be under way; the next one waits.
            for _ in 0..<100 { meeting.diallingHub.send(Frames.frame(payload: 60_000), to: dialled.handle) }
            await meeting.dialling.wait { $0.writability == [false] }
            #expect(meeting.listening.seen.receivedBytes <= 2 * 65_536)
            meeting.listeningHub.resumeReading(loop: accepted.handle.loop)
            await meeting.listening.wait { $0.receivedBytes == 100 * 60_004 }
            await meeting.dialling.wait { $0.writability == [false, true] }
        }
    }
}

extension Meeting {
    func rawHandshake(_ credential: LinkCredential? = nil) -> DiallingHandshake {
        DiallingHandshake(credential ?? .guest(expecting: node.id), network: parameters.id, host: "x:1")
    }
}
