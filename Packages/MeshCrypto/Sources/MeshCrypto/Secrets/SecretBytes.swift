import CSodium

/// Secret bytes in memory that is locked, surrounded by guard pages, read-only once filled, and wiped on release.
///
/// For identities and vault keys. Each one takes at least 8 KiB of address space and several of the kernel's memory
/// areas, of which a process has some 65,000: beyond about 16,000 live ones the system gives no more, and creating one
/// traps like any other lack of memory. Where the limit on locked memory (`ulimit -l`) is used up, memory is protected
/// and wiped all the same, but can be swapped out.
public final class SecretBytes: @unchecked Sendable {
    // Sendable: the memory is written only while it is created, and the system keeps it read-only from then on.
    private let memory: UnsafeMutableRawBufferPointer

    /// Creates `count` bytes which `fill` writes; they are zero before.
    public init<Failure: Error>(
        count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        _ = Sodium.ready
        guard let base = sodium_malloc(count) else { fatalError("no protected memory left for \(count) secret bytes") }
        memory = UnsafeMutableRawBufferPointer(start: base, count: count)
        Sodium.wipe(memory)
        try fill(memory)
        sodium_mprotect_readonly(base)
    }

    /// Draws `count` bytes from the operating system's random numbers.
    public convenience init(randomCount count: Int) {
        self.init(count: count) { Sodium.fill($0) }
    }

    /// Copies `source`, which stays as it is: wipe it if it was the only reason for being there.
    public convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count) { $0.copyMemory(from: source) }
    }

    /// Takes the bytes over and overwrites the array with zeros.
    public convenience init(taking bytes: inout [UInt8]) {
        self.init(count: bytes.count) { memory in memory.copyBytes(from: bytes) }
        bytes.withUnsafeMutableBytes { Sodium.wipe($0) }
    }

    deinit {
        sodium_free(memory.baseAddress)
    }

    /// How many bytes there are.
    public var count: Int { memory.count }

    /// Lends the bytes for the time of the call. What is copied out of it is no longer protected.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) in try body(UnsafeRawBufferPointer(memory)) }
    }
}

extension SecretBytes: Equatable {
    /// Compares in constant time; the counts are not secret.
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withUnsafeBytes { left in right.withUnsafeBytes { Sodium.areEqual(left, $0) } }
    }
}

extension SecretBytes: Redacted {
    var redactedDescription: String { "<\(count) secret bytes>" }
}

extension SecretBytes {
    /// The UTF-8 of a text, say a passphrase. The text itself stays where it was, unprotected.
    public convenience init(utf8 text: String) {
        var bytes = Array(text.utf8)
        self.init(taking: &bytes)
    }
}
