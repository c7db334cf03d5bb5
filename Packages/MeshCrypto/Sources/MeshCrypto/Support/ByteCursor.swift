/// Reads fixed fields from the front of bytes; integers are big-endian. Each read gives nil, and moves nothing, if too
/// few bytes are left.
struct ByteReader {
    private(set) var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= rest.count else { return nil }
        let taken = UnsafeRawBufferPointer(rebasing: rest[..<count])
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return taken
    }

    mutating func integer<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer? {
        guard let bytes = take(MemoryLayout<Integer>.size) else { return nil }
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }

    mutating func fixed<Value: FixedBytes>(_ type: Value.Type = Value.self) -> Value? {
        take(Value.byteCount).map(Value.init(copying:))
    }
}

/// Writes fields one behind the other into memory of known size; what doesn't fit is a mistake of the caller and traps.
struct ByteWriter {
    private(set) var rest: UnsafeMutableRawBufferPointer

    init(_ memory: UnsafeMutableRawBufferPointer) {
        rest = memory
    }

    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: rest[..<bytes.count]).copyMemory(from: bytes)
        rest = UnsafeMutableRawBufferPointer(rebasing: rest[bytes.count...])
    }

    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put($0) }
    }

    mutating func put(_ value: some FixedBytes) {
        value.withUnsafeBytes { put($0) }
    }

    mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { put($0) }
    }
}
