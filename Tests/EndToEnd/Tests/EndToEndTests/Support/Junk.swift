import Foundation
import Glibc

/// A raw connection that doesn't keep to the protocol.
final class Junk {
    private let descriptor: Int32

    /// From nothing at all to a WebSocket upgrade with nonsense behind it.
    static let all: [[UInt8]] = [
        [],
        [UInt8]("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
        [UInt8](repeating: 0xff, count: 100_000),
        [UInt8]("GET /mesh/1 HTTP/1.1\r\n".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 100_000),
        upgrade + [0x82, 0xfe, 0xff, 0xff] + [UInt8](repeating: 7, count: 70_000),
        upgrade + [0x81, 0x85, 0, 0, 0, 0] + [UInt8]("hello".utf8),
        upgrade + [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        upgrade + [0x02, 0x05, 1, 2, 3, 4, 5],
    ]

    private static let upgrade = [UInt8](
        """
        GET /mesh/1 HTTP/1.1\r
        Host: x\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Protocol: mesh.1\r
        Mesh-Versions: 1\r
        \r\n
        """.utf8)

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func connect(to address: String, sending bytes: [UInt8]) throws -> Junk {
        let parts = address.split(separator: ":")
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_addr.s_addr = inet_addr(String(parts[0]))
        target.sin_port = UInt16(parts[1])!.bigEndian
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw NotInTime(description: "connect to \(address): errno \(errno)") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        return Junk(descriptor)
    }

    /// Whether the other end still holds the connection; reads away what it sent.
    var isOpen: Bool {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { continue }
            return count < 0 && errno == EAGAIN
        }
    }
}
