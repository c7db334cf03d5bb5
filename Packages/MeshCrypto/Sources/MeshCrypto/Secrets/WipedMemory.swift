/// Ordinary heap memory for short-lived secrets, overwritten with zeros on release.
///
/// For the keys of links and messages, of which a process may hold very many; identities lie in ``SecretBytes``.
final class WipedMemory {
    /// Valid as long as this object is.
    let bytes: UnsafeMutableRawBufferPointer

    /// `count` zero bytes.
    init(count: Int) {
        bytes = .allocate(byteCount: count, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count)
        bytes.copyMemory(from: source)
    }

    deinit {
        Sodium.wipe(bytes)
        bytes.deallocate()
    }

    /// A part of the memory, valid as long as this object is.
    subscript(range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[range])
    }
}

/// Lends `count` zero bytes, on the stack where they are few, and overwrites them with zeros afterwards.
func withWipedBytes<Result, Failure: Error>(
    count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
) throws(Failure) -> Result {
    try withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) { bytes throws(Failure) in
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        defer { Sodium.wipe(bytes) }
        return try body(bytes)
    }
}
