public import MeshRing
public import NIOCore

extension PlacementAddress {
    /// The IP address of a socket's address, without port and zone; nil for other families.
    ///
    /// The bytes are read where RFC 3493 has them: the fields' names belong to whichever C library is there.
    public init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            self = withUnsafeBytes(of: address.address) { bytes in
                .ipv4(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            }
        case .v6(let address):
            self = withUnsafeBytes(of: address.address) { bytes in
                .ipv6(
                    high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
            }
        case .unixDomainSocket:
            return nil
        }
    }
}

extension SocketAddress {
    /// The address of a listening or dialled socket.
    /// - Parameter port: 0 lets the system choose one when listening.
    public init(_ address: PlacementAddress, port: UInt16) {
        var bytes: [UInt8]
        switch address {
        case .ipv4(let value):
            bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
        case .ipv6(let high, let low):
            bytes = [high, low].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
            }
        }
        do {
            self = try SocketAddress(packedIPAddress: ByteBuffer(bytes: bytes), port: Int(port))
        } catch {
            preconditionFailure("4 or 16 bytes are an address: \(error)")
        }
    }

    /// The address to dial for an endpoint.
    public init(_ endpoint: Endpoint) {
        self.init(endpoint.address, port: endpoint.port)
    }
}
