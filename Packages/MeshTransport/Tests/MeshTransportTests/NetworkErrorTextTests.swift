import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import MeshTransport

@Suite("What a socket's error says") struct NetworkErrorTextTests {
    @Test("system errors say what the system calls them, and nothing of the call")
    func system() {
        let error = IOError(errnoCode: ECONNREFUSED, reason: "connection reset (error set)")
        #expect(NetworkErrorText.of(error) == "connection refused")
    }

    @Test("a peer that doesn't answer is told with the time that was waited")
    func timeout() {
        #expect(NetworkErrorText.of(ChannelError.connectTimeout(.seconds(10))) == "no answer within 10 s")
    }

    @Test("a name's addresses are told one by one")
    func addresses() async throws {
        let unused = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(unused.localAddress?.port)
        try await unused.close()
        let error = await #expect(throws: NIOConnectionError.self) {
            try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port).get()
        }
        let text = error.map { NetworkErrorText.of($0) } ?? ""
        #expect(text.hasSuffix(":\(port): connection refused"))
    }
}
