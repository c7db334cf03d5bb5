/// The bytes of a message on their way into a store: anything that can show them in one piece.
///
/// The store reads them once, on its writer, when it copies them into the chunk that goes to disk. Values of at most
/// three words (a slice of a network buffer) travel without a heap box.
public protocol QueuePayload: Sendable {
    /// How many bytes there are.
    var byteCount: Int { get }

    /// Calls `body` once with exactly `byteCount` bytes, which are valid during the call.
    func withPayloadBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension Array<UInt8>: QueuePayload {
    /// How many bytes there are.
    public var byteCount: Int { count }

    /// Calls `body` with the array's bytes.
    public func withPayloadBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension ArraySlice<UInt8>: QueuePayload {
    /// How many bytes there are.
    public var byteCount: Int { count }

    /// Calls `body` with the slice's bytes.
    public func withPayloadBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}
