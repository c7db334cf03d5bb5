/// The frame around every structure on disk but commits and messages.
///
///     0   checksum  u64   XXH64 of everything behind it, seeded with the row's key: a block in a wrong row is damaged
///     8   kind      u8
///     9   format    u8    1
///     10  zero      u16
///     12  count     u32   elements
///     16  body
package enum Block {
    /// Bytes before the body.
    package static let headerByteCount = 16
    /// The layout written.
    package static let format: UInt8 = 1

    /// What a block holds.
    package enum Kind: UInt8, Sendable {
        case segment = 7
        case summary = 8
        case logState = 9
        case runBlock = 10
        case runIndex = 11
    }

    /// Fills the frame of a block whose body stands in `bytes[16...]`.
    package static func seal(_ bytes: UnsafeMutableRawBufferPointer, kind: Kind, count: Int, row: UInt64) {
        bytes[8] = kind.rawValue
        bytes[9] = format
        bytes.store(UInt16(0), at: 10)
        bytes.store(UInt32(count), at: 12)
        bytes.store(checksum(UnsafeRawBufferPointer(bytes), row: row), at: 0)
    }

    /// The number of elements and the body of an undamaged block.
    package static func open(
        _ bytes: UnsafeRawBufferPointer, kind: Kind, row: UInt64
    ) throws(FormatError) -> (count: Int, body: UnsafeRawBufferPointer) {
        guard bytes.count >= headerByteCount else {
            throw .wrongLength(got: bytes.count, expected: headerByteCount)
        }
        guard bytes.integer(at: 0, as: UInt64.self) == checksum(bytes, row: row) else { throw .checksumMismatch }
        guard bytes[8] == kind.rawValue else { throw .wrongKind(got: bytes[8], expected: kind.rawValue) }
        guard bytes[9] == format else { throw .unsupportedFormat(got: bytes[9], supported: format) }
        guard bytes.integer(at: 10, as: UInt16.self) == 0 else { throw .invalidField("zero") }
        let count = Int(bytes.integer(at: 12, as: UInt32.self))
        return (count, UnsafeRawBufferPointer(rebasing: bytes[headerByteCount...]))
    }

    /// Says that a body has exactly the bytes its elements take.
    package static func expect(_ body: UnsafeRawBufferPointer, byteCount: Int) throws(FormatError) {
        guard body.count == byteCount else { throw .wrongLength(got: body.count, expected: byteCount) }
    }

    private static func checksum(_ bytes: UnsafeRawBufferPointer, row: UInt64) -> UInt64 {
        XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[8...]), seed: row)
    }
}
