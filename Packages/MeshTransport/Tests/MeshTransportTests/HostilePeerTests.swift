import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOPosix
import Testing

@Suite("Peers that send junk") struct HostilePeerTests {
    /// What the listener says of a peer that did this after an honest handshake.
    private func reason(_ act: (RawPeer) async throws -> Void) async throws -> LinkCloseReason? {
        var reason: LinkCloseReason?
        try await Meeting().run { meeting in
            let (healthy, healthyAccepted) = try await meeting.link()
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            let link = await meeting.listening.wait { $0.opened.count == 2 }.opened[1]
            try await act(peer)
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            reason = seen.closed[link.handle]
            await peer.close()
            meeting.listeningHub.send(Frames.frame(payload: 3), to: healthyAccepted.handle)
            let here = await meeting.dialling.wait { $0.receivedBytes == 7 }
            #expect(here.frames[healthy.handle] != nil && here.closed.isEmpty, "only its own link is lost")
        }
        return reason
    }

    @Test("open link, WebSocket frames against the rules, is lost by name")
    func frames() async throws {
        let cases: [([UInt8], WebSocketViolation)] = [
            (RawPeer.frame(0x81, [65]), .text), (RawPeer.frame(0x02, [65]), .fragmented),
            (RawPeer.frame(0x80, [65]), .fragmented), (RawPeer.frame(0x82, [65], masked: false), .unmasked),
            (RawPeer.frame(0xc2, [65]), .reservedBits(4)), (RawPeer.frame(0x83, [65]), .unknownOpcode(3)),
            (RawPeer.frame(0x88, [3]), .closeTruncated),
            (
                RawPeer.frame(0x82, [UInt8](repeating: 0, count: 65_536)),
                .tooLong(got: 65_536, allowed: 65_535)
            ),
            (
                RawPeer.frame(0x89, [UInt8](repeating: 0, count: 126)), .tooLong(got: 126, allowed: 125)
            ),
        ]
        for (bytes, violation) in cases {
            #expect(try await reason { await $0.write(bytes) } == .webSocket(violation))
        }
    }

    @Test("open link, messages that are no ciphertext of it, is lost by name")
    func ciphers() async throws {
        let short = try await reason { await $0.write(RawPeer.frame(0x82, [UInt8](repeating: 1, count: 15))) }
        #expect(short == .cipher(.messageTooShort(got: 15, needed: 16)))
        let junk = try await reason { await $0.write(RawPeer.frame(0x82, [UInt8](repeating: 1, count: 65_535))) }
        #expect(junk == .cipher(.notAuthentic))
        let repeated = try await reason { peer in
            let message = try peer.message([0x81, 0, 0, 0])
            await peer.write(message + message)
        }
        #expect(repeated == .cipher(.notAuthentic))
    }

    @Test("open link, plaintext that is no sequence of whole frames, is lost by name; what came before counts")
    func framing() async throws {
        #expect(try await reason { await $0.write(try $0.message([])) } == .frames(.empty))
        #expect(try await reason { await $0.write(try $0.message([1, 0, 0])) } == .frames(.truncated(left: 3)))
        let split = try await reason { peer in
            await peer.write(try peer.message([0x81, 0, 0, 0, 0x81, 0, 0, 2, 1]) + peer.message([2]))
        }
        #expect(split == .frames(.truncated(left: 5)))
    }

    @Test("messages before a bad one in the same read, are handed over")
    func goodBeforeBad() async throws {
        try await Meeting().run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            await peer.write(
                try peer.message([0x81, 0, 0, 1, 9]) + peer.message([0x82, 0, 0, 0]) + RawPeer.frame(0x81, [1]))
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            let link = seen.opened[0].handle
            #expect(seen.closed[link] == .webSocket(.text))
            #expect(seen.frames[link].map(Frames.sizes) == [1, 0])
            #expect(meeting.listeningHub.statistics.violated == 1)
            let said = Array((await peer.readToEnd()).readableBytesView)
            #expect(said == [0x88, 2, 3, 235], "a close frame with code 1003")
        }
    }

    @Test("open link, ping in pieces and close, is answered by pong and close")
    func controlFrames() async throws {
        try await Meeting().run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            for byte in RawPeer.frame(0x89, [1, 2, 3]) { await peer.write([byte]) }
            var said: [UInt8] = []
            while said.count < 5, let chunk = await peer.read() { said += chunk.readableBytesView }
            #expect(said == [0x8a, 3, 1, 2, 3])
            await peer.write(RawPeer.frame(0x88, [3, 232]))
            #expect(Array((await peer.readToEnd()).readableBytesView) == [0x88, 2, 3, 232])
            let seen = await meeting.listening.wait { $0.closed.count == 1 }
            #expect(seen.closed.first?.value == .closedByPeer(code: 1_000))
        }
    }

    @Test("link message, cut anywhere between two reads, arrives")
    func splitReads() async throws {
        try await Meeting().run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            try await peer.handshake(meeting.rawHandshake())
            var expected = 0
            for cut in [1, 2, 3, 5, 7, 8, 9, 100, 300] {
                let first = try peer.message(Array(Frames.frame(payload: 300).readableBytesView))
                let second = try peer.message(Array(Frames.frame(payload: 10).readableBytesView))
                await peer.write(Array(first[..<cut]))
                try await Meeting.group.next().submit {}.get()
                await peer.write(Array(first[cut...]) + second[..<3])
                await peer.write(Array(second[3...]))
                expected += 304 + 14
                let total = expected
                await meeting.listening.wait { $0.receivedBytes == total || !$0.closed.isEmpty }
                #expect(meeting.listening.seen.closed.isEmpty, "cut at \(cut)")
            }
        }
    }

    @Test("connection, junk in place of the request, gets an HTTP error and is gone")
    func junkRequest() async throws {
        try await Meeting().run { meeting in
            let requests = [
                ("\u{16}\u{3}\u{1}\r\n\r\n", "HTTP/1.1 400"), ("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404"),
                ("GET /mesh/1 HTTP/1.1\r\n\r\n", "HTTP/1.1 426"),
                (String(repeating: "x", count: 5_000), "HTTP/1.1 431"),
            ]
            for (request, status) in requests {
                let peer = try await RawPeer(port: meeting.port)
                await peer.write(request)
                #expect(String(buffer: await peer.readToEnd()).hasPrefix(status))
            }
            let seen = await meeting.listening.wait { $0.refused.count == requests.count }
            #expect(seen.opened.isEmpty && meeting.listeningHub.statistics.refused == UInt64(requests.count))
        }
    }

    @Test("connection, junk in place of handshake messages, is refused by name")
    func junkHandshake() async throws {
        let junk: [([UInt8], LinkHandshakeError)] = [
            (RawPeer.frame(0x82, [1, 2, 3]), .cipher(.messageTooShort(got: 3, needed: 32))),
            (RawPeer.frame(0x82, [UInt8](repeating: 0, count: 32)), .cipher(.unusableKey)),
            (RawPeer.frame(0x82, [UInt8](repeating: 9, count: 40)), .payloadLength(got: 8, allowed: 0)),
            (RawPeer.frame(0x82, [UInt8](repeating: 9, count: 513)), .webSocket(.tooLong(got: 513, allowed: 512))),
            (RawPeer.frame(0x81, [65]), .webSocket(.text)),
            (RawPeer.frame(0x88, [3, 232]), .closedByPeer(code: 1_000)),
        ]
        for (bytes, error) in junk {
            try await Meeting().run { meeting in
                let peer = try await RawPeer(port: meeting.port)
                let request = UpgradeRequest(offered: [1], key: "dGhlIHNhbXBsZSBub25jZQ==")
                await peer.write(request.encoded(host: "x:1"))
                await peer.write(bytes)
                let seen = await meeting.listening.wait { $0.refused.count == 1 }
                #expect(seen.refused == [error])
                _ = await peer.readToEnd()
                _ = try await meeting.link()
            }
        }
    }

    @Test("no common version, is refused by name on both ends")
    func noCommonVersion() async throws {
        try await Meeting().run { meeting in
            let peer = try await RawPeer(port: meeting.port)
            let handshake = DiallingHandshake(
                .guest(expecting: nil), network: nil, host: "x:1", offered: [2, 3])
            await #expect(throws: LinkHandshakeError.answer(.refused(status: 426))) {
                try await peer.handshake(handshake)
            }
            let seen = await meeting.listening.wait { $0.refused.count == 1 }
            #expect(seen.refused == [.request(.noCommonVersion(offered: [2, 3], supported: [1]))])
        }
    }
}
