package import MeshCrypto

/// A record isn't written as ``RecordWriter`` writes it: damaged in a way that its seal doesn't show, or of a newer
/// version.
package struct RecordError: Error, Equatable {
    package init() {}
}

/// Reads what ``RecordWriter`` wrote. Any bytes give a value or an error; nothing is allocated by a length that the
/// bytes don't bear out.
package struct RecordReader {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(RecordError) -> Value {
        try take(Value.bitWidth / 8).reduce(into: Value.zero) { value, byte in
            value = (Value.bitWidth > 8 ? value << 8 : 0) | Value(truncatingIfNeeded: byte)
        }
    }

    package mutating func bool() throws(RecordError) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw RecordError()
        }
    }

    package mutating func fixed<Value: FixedBytes>(_: Value.Type = Value.self) throws(RecordError) -> Value {
        guard let value = Value(try take(Value.byteCount)) else { throw RecordError() }
        return value
    }

    package mutating func bytes() throws(RecordError) -> [UInt8] {
        Array(try take(Int(try integer(UInt32.self))))
    }

    package mutating func string() throws(RecordError) -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else { throw RecordError() }
        return text
    }

    package mutating func list<Element>(
        _ each: (inout RecordReader) throws(RecordError) -> Element
    ) throws(RecordError) -> [Element] {
        var list: [Element] = []
        for _ in 0..<(try integer(UInt32.self)) { list.append(try each(&self)) }
        return list
    }

    package mutating func optional<Value>(
        _ each: (inout RecordReader) throws(RecordError) -> Value
    ) throws(RecordError) -> Value? {
        try bool() ? try each(&self) : nil
    }

    /// Nothing may be left over.
    package func finish() throws(RecordError) {
        guard rest.isEmpty else { throw RecordError() }
    }

    private mutating func take(_ count: Int) throws(RecordError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw RecordError() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
