/// Memory that the payloads of a page are read into, once, straight from the disk: an array, or a network's own buffer.
public protocol QueuePageBytes: Sendable {
    /// Makes memory of `byteCount` bytes, all of which `fill` writes.
    static func make(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) -> Self

    /// Calls `body` once with the bytes, which are valid during the call.
    func withPageBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension Array<UInt8>: QueuePageBytes {
    /// Makes an array of `byteCount` bytes, all of which `fill` writes.
    public static func make(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            fill(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<byteCount]))
            count = byteCount
        }
    }

    /// Calls `body` with the array's bytes.
    public func withPageBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { withUnsafeBytes(body) }
}
