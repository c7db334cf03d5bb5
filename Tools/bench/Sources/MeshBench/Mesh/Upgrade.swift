import MeshCrypto
import MeshRing

/// The WebSocket upgrade and the prologue of a link, as `PROTOCOL.md` section 2 has them.
enum Upgrade {
    private static let path = "/mesh/1"
    private static let version = "1"

    static func request(host: String) -> String {
        // A fixed key: who measures a node that it knows needs no echo check.
        """
        GET \(path) HTTP/1.1\r
        Host: \(host)\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: bWVzaC1iZW5jaCBrZXkuLg==\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Protocol: mesh.1\r
        Mesh-Versions: \(version)\r
        \r

        """
    }

    /// What the answer's head tells; nil if it is no upgrade to a link.
    static func parameters(ofAnswer head: UnsafeRawBufferPointer) -> NetworkParameters? {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1.1 101") else { return nil }
        guard let network = lines.first(where: { $0.lowercased().hasPrefix("mesh-network:") }) else { return nil }
        let digits = Array(network.dropFirst("mesh-network:".count).filter { $0 != " " })
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        return try? NetworkParameters(decoding: bytes)
    }

    /// Bytes of the head, with the empty line at its end; nil if that hasn't come.
    static func headCount(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 0...(bytes.count - 4)
        where bytes[index] == 13 && bytes[index + 1] == 10 && bytes[index + 2] == 13 && bytes[index + 3] == 10 {
            return index + 4
        }
        return nil
    }

    static func prologue(network: NetworkID) -> [UInt8] {
        let parts = [
            Array("mesh.link.1".utf8), network.bytes.bytes, Array(path.utf8), Array(version.utf8), Array(version.utf8),
        ]
        return parts.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
    }
}
