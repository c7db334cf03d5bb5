/// Takes values off the front of some bytes; each one is checked to be there.
package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// Bytes taken so far.
    package private(set) var offset = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Whether nothing is left.
    package var isAtEnd: Bool { offset == bytes.count }

    /// The next integer.
    package mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) throws(FormatError) -> Value {
        try slice(MemoryLayout<Value>.size).integer(at: 0, as: type)
    }

    /// The next `byteCount` bytes.
    package mutating func slice(_ byteCount: Int) throws(FormatError) -> UnsafeRawBufferPointer {
        guard byteCount <= bytes.count - offset else {
            throw .wrongLength(got: bytes.count, expected: offset + byteCount)
        }
        defer { offset += byteCount }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount])
    }
}

/// The next multiple of eight: all structures of the log begin at one.
@inline(__always)
package func roundedToWord(_ byteCount: Int) -> Int { (byteCount + 7) & ~7 }
