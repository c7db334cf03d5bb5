import MeshCrypto

/// Reads big-endian fields from bytes that may be hostile: every read gives a value, or nil when too few are left.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let count = Value.bitWidth / 8
        guard remaining >= count else { return nil }
        var value: Value = 0
        for index in offset..<(offset + count) { value = (value << 8) | Value(truncatingIfNeeded: bytes[index]) }
        offset += count
        return value
    }

    mutating func fixed<Value: FixedBytes>(_ type: Value.Type = Value.self) -> Value? {
        guard let slice = slice(Value.byteCount) else { return nil }
        return Value(copying: slice)
    }

    mutating func slice(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }
}
