import MeshCrypto
import NIOCore

extension ByteBuffer {
    /// Appends the 16 bytes.
    mutating func write(_ value: Bytes16) { writeFields(16) { $0.put(value) } }

    /// Appends the 32 bytes.
    mutating func write(_ value: Bytes32) { writeFields(32) { $0.put(value) } }

    /// Appends the 64 bytes.
    mutating func write(_ value: Bytes64) { writeFields(64) { $0.put(value) } }

    /// The 16 bytes at `offset` behind the reader index. The caller has checked that they are there.
    func bytes16(at offset: Int) -> Bytes16 {
        withUnsafeReadableBytes { Bytes16(copying: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + 16])) }
    }
}

extension ByteBuffer {
    /// Appends fields of so many bytes in all. At once, because each call of a buffer makes it sure of its memory anew,
    /// which costs more than a field.
    mutating func writeFields(_ count: Int, _ write: (inout FieldWriter) -> Void) {
        _ = writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            var writer = FieldWriter(UnsafeMutableRawBufferPointer(rebasing: target[..<count]))
            write(&writer)
            writer.end()
            return count
        }
    }
}

/// Puts fields one behind the other into memory of known size.
struct FieldWriter {
    private let target: UnsafeMutableRawBufferPointer
    private var offset = 0

    init(_ target: UnsafeMutableRawBufferPointer) { self.target = target }

    /// A number, big-endian.
    mutating func put<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number) {
        precondition(offset + MemoryLayout<Number>.size <= target.count, "a field beyond what was announced")
        target.storeBytes(of: number.bigEndian, toByteOffset: offset, as: Number.self)
        offset += MemoryLayout<Number>.size
    }

    /// Bytes as they are.
    mutating func put<Value: FixedBytes>(_ value: Value) {
        precondition(offset + Value.byteCount <= target.count, "a field beyond what was announced")
        target.storeBytes(of: value, toByteOffset: offset, as: Value.self)
        offset += Value.byteCount
    }

    /// Everything that was announced must be there.
    func end() { precondition(offset == target.count, "fewer fields than were announced") }
}
