import MeshCrypto
import NIOCore

extension ByteBuffer {
    /// Appends the 16 bytes.
    mutating func write(_ value: Bytes16) { _ = value.withUnsafeBytes { writeBytes($0) } }

    /// Appends the 32 bytes.
    mutating func write(_ value: Bytes32) { _ = value.withUnsafeBytes { writeBytes($0) } }

    /// Appends the 64 bytes.
    mutating func write(_ value: Bytes64) { _ = value.withUnsafeBytes { writeBytes($0) } }

    /// The 16 bytes at `offset` behind the reader index. The caller has checked that they are there.
    func bytes16(at offset: Int) -> Bytes16 {
        withUnsafeReadableBytes { Bytes16(copying: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + 16])) }
    }
}
