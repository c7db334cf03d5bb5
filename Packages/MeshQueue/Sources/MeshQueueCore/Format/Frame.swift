/// What one commit adds to a segment: a directory of all it does, then the records of the messages it appends.
///
///     0   checksum    u64   XXH64 of the directory behind it, seeded with the segment's nonce plus the frame's offset
///     8   magic       u32   from the nonce: where a frame may begin, when the one before can't be read
///     12  directory   u32   bytes of header and directory
///     16  frame       u32   bytes of all, a multiple of eight
///     20  appends     u32
///     24  removals    u32
///     28  number      u32   counts the frames of the segment from 1
///     32  sequence    u64   no smaller sequence is free
///     40  first       u32   how many entries the segment has before the appends
///     44  zero        u32
///     48  removals, packed (`RemovalCoding`), with zeros up to a multiple of eight; they happen before the appends
///     …   appends, 64 bytes each: recipient 32, id 16, sequence u64, expiry u32, length u16, zero u16
///     …   records, in the order of the appends (`LogRecord`)
package enum Frame {
    package static let headerByteCount = 48
    package static let appendByteCount = 64
    /// 2²⁰: what the number of an entry within its segment can count.
    package static let maximumAppends = 1 << 20

    /// The fixed part.
    package struct Header: Sendable, Hashable {
        package var directoryByteCount: Int
        package var frameByteCount: Int
        package var appendCount: Int
        package var removalCount: Int
        package var number: UInt32
        package var nextSequence: UInt64
        package var firstEntry: Int

        package init(
            directoryByteCount: Int, frameByteCount: Int, appendCount: Int, removalCount: Int, number: UInt32,
            nextSequence: UInt64, firstEntry: Int
        ) {
            self.directoryByteCount = directoryByteCount
            self.frameByteCount = frameByteCount
            self.appendCount = appendCount
            self.removalCount = removalCount
            self.number = number
            self.nextSequence = nextSequence
            self.firstEntry = firstEntry
        }

        /// The header in the first 48 bytes of a frame, which nothing vouches for yet but its magic. Sizes are possible
        /// ones within `room`.
        package init(_ bytes: UnsafeRawBufferPointer, nonce: UInt64, room: Int) throws(FormatError) {
            guard bytes.count >= headerByteCount else {
                throw .wrongLength(got: bytes.count, expected: headerByteCount)
            }
            guard bytes.integer(at: 8, as: UInt32.self) == magic(nonce) else { throw .checksumMismatch }
            directoryByteCount = Int(bytes.integer(at: 12, as: UInt32.self))
            frameByteCount = Int(bytes.integer(at: 16, as: UInt32.self))
            appendCount = Int(bytes.integer(at: 20, as: UInt32.self))
            removalCount = Int(bytes.integer(at: 24, as: UInt32.self))
            number = bytes.integer(at: 28, as: UInt32.self)
            nextSequence = bytes.integer(at: 32, as: UInt64.self)
            firstEntry = Int(bytes.integer(at: 40, as: UInt32.self))
            guard bytes.integer(at: 44, as: UInt32.self) == 0 else { throw .invalidField("zero") }
            guard frameByteCount <= room, frameByteCount.isMultiple(of: 8), directoryByteCount.isMultiple(of: 8),
                directoryByteCount <= frameByteCount
            else { throw .invalidField("size") }
            guard firstEntry + appendCount <= maximumAppends else {
                throw .tooMany(got: firstEntry + appendCount, limit: maximumAppends)
            }
            guard headerByteCount + appendCount * appendByteCount <= directoryByteCount,
                removalCount <= directoryByteCount
            else { throw .invalidField("count") }
            guard nextSequence <= maximumSequence + 1 else { throw .invalidField("sequence") }
        }
    }

    /// Fills header and checksum of a frame whose directory stands in `bytes[48..<directoryByteCount]`.
    package static func seal(_ bytes: UnsafeMutableRawBufferPointer, _ header: Header, nonce: UInt64, offset: Int) {
        bytes.store(magic(nonce), at: 8)
        bytes.store(UInt32(header.directoryByteCount), at: 12)
        bytes.store(UInt32(header.frameByteCount), at: 16)
        bytes.store(UInt32(header.appendCount), at: 20)
        bytes.store(UInt32(header.removalCount), at: 24)
        bytes.store(header.number, at: 28)
        bytes.store(header.nextSequence, at: 32)
        bytes.store(UInt32(header.firstEntry), at: 40)
        bytes.store(UInt32(0), at: 44)
        let directory = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[8..<header.directoryByteCount])
        bytes.store(XXH64.hash(directory, seed: nonce &+ UInt64(offset)), at: 0)
    }

    /// Writes an append at the beginning of `target`.
    package static func write(_ entry: LogEntry, to target: UnsafeMutableRawBufferPointer) {
        target.store(entry.key.recipient, at: 0)
        target.store(entry.key.id, at: 32)
        target.store(entry.sequence, at: 48)
        target.store(entry.expirySeconds, at: 56)
        target.store(entry.length, at: 60)
        target.store(UInt16(0), at: 62)
    }

    /// Where frames of a segment with this nonce may begin.
    package static func magic(_ nonce: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (nonce &* 0x9E37_79B9_7F4A_7C15) >> 32) | 1
    }
}
