import CSodium

/// The one place where libsodium is started.
///
/// Everything in this package that calls libsodium touches ``ready`` first; after the first time this costs one load
/// and one comparison.
enum Sodium {
    /// Starts libsodium. It fails only where the system has no source of random numbers at all; nothing in this
    /// package can work there, so it traps.
    static let ready: Void = {
        precondition(sodium_init() >= 0, "libsodium could not start: the system offers no random numbers")
    }()

    /// Overwrites `bytes` with zeros in a way that the compiler doesn't remove.
    static func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        sodium_memzero(base, bytes.count)
    }

    /// Fills `bytes` with random numbers of the operating system.
    static func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        _ = ready
        guard let base = bytes.baseAddress else { return }
        randombytes_buf(base, bytes.count)
    }

    /// Compares in constant time; the counts are not secret.
    static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return true }
        return sodium_memcmp(leftBase, rightBase, left.count) == 0
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as C's `unsigned char`; nil only if the buffer is empty.
    var octets: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawBufferPointer {
    /// The bytes as C's `unsigned char`; nil only if the buffer is empty.
    var octets: UnsafeMutablePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}

extension [UInt8] {
    /// Like `withUnsafeBytes`, which knows no typed errors.
    func withRawBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
    }
}
