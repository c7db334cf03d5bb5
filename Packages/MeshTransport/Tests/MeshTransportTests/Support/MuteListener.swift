import NIOCore
import NIOPosix

/// Accepts connections and never says anything.
struct MuteListener {
    private let channel: any Channel

    init() async throws {
        channel = try await ServerBootstrap(group: Meeting.group).bind(host: "127.0.0.1", port: 0).get()
    }

    var port: UInt16 { UInt16(channel.localAddress?.port ?? 0) }
    func close() async { try? await channel.close() }
}
