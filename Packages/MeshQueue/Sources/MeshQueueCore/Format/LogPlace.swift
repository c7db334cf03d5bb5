/// Where a message's record lies within its segment, in 63 bits: offset / 8 (27 bits), number of its entry within the
/// segment (20), bytes of payload (16).
package struct LogPlace: Sendable, Hashable, BitwiseCopyable {
    package let raw: UInt64

    package init(raw: UInt64) { self.raw = raw }

    package init(offset: Int, entry: Int, length: Int) {
        raw = UInt64(offset / 8) << 36 | UInt64(entry) << 16 | UInt64(length)
    }

    package var offset: Int { Int(raw >> 36) * 8 }
    package var entry: Int { Int(raw >> 16 & 0xF_FFFF) }
    package var length: Int { Int(raw & 0xFFFF) }

    /// Whether the record lies between the segment's header and `end`.
    package func isSound(below end: Int) -> Bool {
        raw >> 63 == 0 && offset >= SegmentHeader.byteCount && offset + LogRecord.byteCount(length: length) <= end
    }
}
