import Foundation
import MeshCrypto
import MeshRing
import MeshTransport
import MeshWire
import NIOCore
import NIOPosix
import Testing

// README example begins
/// Prints what comes over any of its links. Called on event loops: a real one hands batches to its own thread.
final class Printer: LinkHandler {
    func linkOpened(_ link: OpenedLink) { print("\(link.peer) is at the other end of \(link.handle)") }
    func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason) { print("\(handle): \(reason)") }

    func linkReceived(_ handle: LinkHandle, frames: ByteBuffer) {
        do {
            var decoder = FrameDecoder(frames)
            while let (frame, _) = try decoder.next() { print("\(handle): \(frame)") }
        } catch { print("\(handle) sent no frames: \(error)") }
    }
}

func sayHello(from user: UserIdentity, to node: NodeIdentity) async throws {
    let hub = LinkHub(group: MultiThreadedEventLoopGroup.singleton, handler: Printer())

    // The node's side: a network of its own, on loopback.
    let parameters = try NetworkParameters(laboratory: true, nonce: .random())
    let anyPort = SocketAddress(try PlacementAddress(text: "127.0.0.1"), port: 0)
    let listener = try await LinkListener.bind(hub, to: [anyPort], as: node, parameters: parameters)

    // The user's side. The link stands only if this node and this network answer; the user's id is sent after that.
    let port = UInt16(listener.addresses[0].port ?? 0)
    let link = try await hub.dial(
        .host("localhost", port: port), as: .user(user, expecting: node.id), network: parameters.id)

    // From any thread: a batch of frames for any number of links, one flush for each link.
    var batch = hub.makeBatch()
    batch.append(.ping(1), to: link.handle)
    batch.append(.ping(2), to: link.handle)
    batch.close(link.handle)
    hub.submit(&batch)

    await listener.close()
    await hub.shutDown()
}
// README example ends

@Suite("README") struct ReadmeTests {
    @Test("the example, run, ends by itself") func example() async throws {
        try await sayHello(from: .generate(), to: .generate())
    }

    @Test("the README, shows the very lines that are run here") func sameLines() throws {
        let source = URL(fileURLWithPath: #filePath)
        let readme = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = try String(contentsOf: source, encoding: .utf8)
        let begin = try #require(text.range(of: "// README example begins\n"))
        let end = try #require(text.range(of: "// README example ends\n"))
        let example = text[begin.upperBound..<end.lowerBound]
        #expect(try String(contentsOf: readme, encoding: .utf8).contains("```swift\n\(example)```"))
    }
}
