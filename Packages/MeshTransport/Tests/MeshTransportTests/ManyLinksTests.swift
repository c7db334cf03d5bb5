import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOPosix
import Testing

@Suite("Many links") struct ManyLinksTests {
    @Test("1,000 links, opened and closed from both ends, leave nothing behind")
    func noLeak() async throws {
        let meeting = try await Meeting()
        let alive = LiveConnections()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<1_000 {
                if index >= 50 { try await group.next() }
                group.addTask { _ = try await meeting.dial() }
            }
            try await group.waitForAll()
        }
        let opened = await meeting.listening.wait { $0.opened.count == 1_000 }.opened
        for hub in [meeting.listeningHub, meeting.diallingHub] {
            for loop in hub.loops { try await loop.eventLoop.submit { alive.note(loop) }.get() }
        }
        #expect(alive.count == 2_000)
        #expect(alive.buffers == 0, "idle links keep no buffers")
        for link in opened[..<500] { meeting.listeningHub.close(link.handle) }
        let half = await meeting.dialling.wait { $0.closed.count == 500 }
        for link in half.opened where half.closed[link.handle] == nil { meeting.diallingHub.close(link.handle) }
        await meeting.listening.wait { $0.closed.count == 1_000 }
        await meeting.dialling.wait { $0.closed.count == 1_000 }
        #expect(meeting.listener.connections == (all: 0, inHandshake: 0))
        #expect(meeting.listeningHub.statistics.open == 0 && meeting.diallingHub.statistics.open == 0)
        await meeting.end()
        for _ in 0..<100 where alive.count > 0 { try await Meeting.group.next().submit {}.get() }
        #expect(alive.count == 0)
    }

    @Test("listener that closes while connections are in their handshake, keeps those that are open")
    func closingListener() async throws {
        try await Meeting().run { meeting in
            let (dialled, accepted) = try await meeting.link()
            await meeting.listener.close()
            meeting.diallingHub.send(Frames.frame(payload: 3), to: dialled.handle)
            let seen = await meeting.listening.wait { $0.receivedBytes == 7 }
            #expect(seen.frames[accepted.handle] != nil)
        }
    }
}

/// Weak references to connections, gathered on their loops.
private final class LiveConnections: @unchecked Sendable {
    // Sendable: noted one loop after the other, each awaited.
    private struct Weak {
        weak var connection: LinkConnection?
    }
    private var noted: [Weak] = []
    private(set) var buffers = 0

    func note(_ loop: LinkLoop) {
        for connection in loop.connections {
            noted.append(Weak(connection: connection))
            if connection.partial != nil || connection.outbox.gathered > 0 { buffers += 1 }
        }
    }

    var count: Int { noted.count { $0.connection != nil } }
}
