/// A value of a fixed number of bytes without heap memory: ``Bytes16``, ``Bytes24``, ``Bytes32`` and
/// ``Bytes64``.
///
/// The value's memory is its bytes in order, so nothing is copied to look at them. Order is that of the bytes, the
/// first one weighing most. Hashing feeds whole words.
public protocol FixedBytes: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible, HashInput {
    /// How many bytes a value has; also its size in memory.
    static var byteCount: Int { get }
    /// All bytes zero.
    init()
}

extension FixedBytes {
    /// Copies `source`. Its count must be ``byteCount``; anything else is a mistake of the caller and traps.
    @inlinable
    public init(copying source: UnsafeRawBufferPointer) {
        precondition(source.count == Self.byteCount, "a fixed-size value was given another number of bytes")
        self.init()
        withUnsafeMutableBytes { $0.copyMemory(from: source) }
    }

    /// Takes the bytes of a collection; nil unless there are exactly ``byteCount`` of them.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init()
        withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }

    /// Reads hexadecimal digits, either case; nil unless there are exactly two for each byte and nothing else.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// Draws a value from the operating system's random numbers.
    public static func random() -> Self {
        var value = Self()
        value.withUnsafeMutableBytes { Sodium.fill($0) }
        return value
    }

    /// The bytes as an array (allocates; for logs, tests and cold paths).
    @inlinable
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Lower-case hexadecimal digits, two for each byte.
    public var hex: String { withUnsafeBytes { Hex.encode($0) } }

    /// The hexadecimal digits.
    public var description: String { hex }

    /// Lends the bytes, in order and without a copy, for the time of the call.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: self, body)
    }

    /// Lends the bytes for writing for the time of the call.
    @inlinable
    public mutating func withUnsafeMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeMutableBytes(of: &self, body)
    }

    /// Feeds the bytes as they are.
    @inlinable
    public func feed(into hasher: inout BLAKE2b) {
        withUnsafeBytes { hasher.update($0) }
    }
}
