package import MeshCrypto

/// Writes a record for a store: integers big-endian in full width, lengths in four bytes before what varies.
package struct RecordWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func put(_ value: Bool) {
        put(UInt8(value ? 1 : 0))
    }

    package mutating func put(_ value: some FixedBytes) {
        value.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    package mutating func put(_ value: [UInt8]) {
        put(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    package mutating func put(_ value: String) {
        put([UInt8](value.utf8))
    }

    package mutating func put<Element>(_ list: [Element], each: (inout RecordWriter, Element) -> Void) {
        put(UInt32(list.count))
        for element in list { each(&self, element) }
    }

    package mutating func put<Value>(_ value: Value?, each: (inout RecordWriter, Value) -> Void) {
        put(value != nil)
        if let value { each(&self, value) }
    }
}
