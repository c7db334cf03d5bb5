import MeshCrypto
import MeshRing
import MeshTransport
import NIOCore
import NIOPosix
import Testing

/// A node that listens on loopback and a second hub to dial it, each with a recorder.
struct Meeting: Sendable {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let node = NodeIdentity.generate()
    let parameters: NetworkParameters
    let listening: Recorder
    let dialling: Recorder
    let listeningHub: LinkHub
    let diallingHub: LinkHub
    let listener: LinkListener

    init(
        limits: LinkLimits = .patient, diallerLimits: LinkLimits = .patient, laboratory: Bool = true,
        address: String = "127.0.0.1", listening: Recorder = Recorder(), dialling: Recorder = Recorder()
    ) async throws {
        parameters = try NetworkParameters(laboratory: laboratory, nonce: .random())
        self.listening = listening
        self.dialling = dialling
        listeningHub = LinkHub(group: Self.group, limits: limits, handler: listening)
        diallingHub = LinkHub(group: Self.group, limits: diallerLimits, handler: dialling)
        listener = try await LinkListener.bind(
            listeningHub, to: [SocketAddress(PlacementAddress(text: address), port: 0)], as: node,
            parameters: parameters)
    }

    var port: UInt16 { UInt16(listener.addresses[0].port ?? 0) }

    var target: LinkTarget {
        .host(listener.addresses[0].ipAddress ?? "", port: port)
    }

    /// Dials the node.
    func dial(_ credential: LinkCredential? = nil, network: NetworkID? = nil) async throws(LinkDialError) -> OpenedLink
    {
        try await diallingHub.dial(
            target, as: credential ?? .guest(expecting: node.id), network: network ?? parameters.id)
    }

    /// Dials, and waits until the node has the link too.
    func link(_ credential: LinkCredential? = nil) async throws -> (dialled: OpenedLink, accepted: OpenedLink) {
        let before = listening.seen.opened.count
        let dialled = try await dial(credential)
        let seen = await listening.wait { $0.opened.count > before }
        return (dialled, seen.opened[before])
    }

    /// Closes everything; nothing is left open.
    func end() async {
        await listener.close()
        await diallingHub.shutDown()
        await listeningHub.shutDown()
    }

    /// Runs a test on a thread of its own and closes everything behind it.
    func run(_ body: (Meeting) async throws -> Void) async throws {
        try await withTaskExecutorPreference(TestThread.shared) {
            do { try await body(self) } catch {
                await end()
                throw error
            }
            await end()
        }
    }
}

extension LinkLimits {
    /// The usual ones, but for a machine whose processors are busy with other tests for a minute.
    static var patient: LinkLimits {
        var limits = LinkLimits()
        limits.handshakeTimeoutMilliseconds = 120_000
        limits.closingTimeoutMilliseconds = 30_000
        return limits
    }
}

/// Frames for tests.
enum Frames {
    /// One frame of the given type with a payload of that many equal bytes.
    static func frame(type: UInt8 = 0x81, payload count: Int, byte: UInt8 = 7) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(type)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt16(count))
        buffer.writeRepeatingByte(byte, count: count)
        return buffer
    }

    /// The payload sizes of the frames in a buffer.
    static func sizes(_ buffer: ByteBuffer) -> [Int] {
        var buffer = buffer
        var sizes: [Int] = []
        while let header = buffer.readInteger(as: UInt32.self) {
            sizes.append(Int(header & 0xffff))
            buffer.moveReaderIndex(forwardBy: Int(header & 0xffff))
        }
        return sizes
    }
}
