import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOPosix
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("A process that can open no more files") struct OutOfFilesTests {
    // In a process of its own, because the limit is the whole process's.
    @Test("listener, accept fails, goes on when files are free again")
    func acceptGoesOn() async {
        await #expect(processExitsWith: .success) {
            let meeting = try await Meeting()
            _ = try await meeting.link()
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = 128
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            var taken: [Int32] = []
            while case let file = open("/dev/null", O_RDONLY), file >= 0 { taken.append(file) }
            // One for the dialling socket, none for the accepted one.
            close(taken.removeLast())
            async let link = meeting.dial()
            while await meeting.handshakesHere() == 0 { await Task.yield() }
            precondition(meeting.listener.connections.all == 1)
            for file in taken { close(file) }
            _ = try await link
            await meeting.end()
        }
    }
}

extension Meeting {
    /// Dialled connections that are connected and not open yet.
    func handshakesHere() async -> Int {
        var count = 0
        for loop in diallingHub.loops {
            count += (try? await loop.eventLoop.submit { loop.connections.count { !$0.wasOpened } }.get()) ?? 0
        }
        return count
    }
}
