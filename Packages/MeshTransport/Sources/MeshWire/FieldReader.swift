import MeshCrypto
import NIOCore

/// Reads a frame's fields in order; every shortage is a named error, never a trap.
struct FieldReader {
    let type: FrameType
    private(set) var buffer: ByteBuffer

    init(_ type: FrameType, _ payload: ByteBuffer) {
        self.type = type
        self.buffer = payload
    }

    var left: Int { buffer.readableBytes }

    mutating func integer<Value: FixedWidthInteger>(
        _ field: String, as: Value.Type = Value.self
    ) throws(FrameError) -> Value {
        guard let value = buffer.readInteger(as: Value.self) else {
            throw missing(field, MemoryLayout<Value>.size)
        }
        return value
    }

    mutating func bytes16(_ field: String) throws(FrameError) -> Bytes16 {
        try fixed(field, 16) { Bytes16(copying: $0) }
    }

    mutating func bytes32(_ field: String) throws(FrameError) -> Bytes32 {
        try fixed(field, 32) { Bytes32(copying: $0) }
    }

    mutating func bytes64(_ field: String) throws(FrameError) -> Bytes64 {
        try fixed(field, 64) { Bytes64(copying: $0) }
    }

    mutating func slice(_ field: String, length: Int) throws(FrameError) -> ByteBuffer {
        guard let slice = buffer.readSlice(length: length) else { throw missing(field, length) }
        return slice
    }

    /// A length of `Length`'s width, then as many bytes.
    mutating func prefixed<Length: FixedWidthInteger>(
        _ field: String, by: Length.Type, limit: Int
    ) throws(FrameError) -> ByteBuffer {
        let length = Int(try integer(field, as: Length.self))
        guard length <= limit else { throw .overLimit(type, field: field, got: length, allowed: limit) }
        return try slice(field, length: length)
    }

    mutating func text(_ field: String, limit: Int) throws(FrameError) -> String {
        let bytes = try prefixed(field, by: UInt8.self, limit: limit)
        guard let text = bytes.withUnsafeReadableBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw .invalidText(type, field: field)
        }
        return text
    }

    /// How many entries follow: 1 to `limit`, or from `atLeast`.
    mutating func count(_ field: String, atLeast: Int = 1, limit: Int) throws(FrameError) -> Int {
        let count = Int(try integer(field, as: UInt16.self))
        guard count <= limit else { throw .overLimit(type, field: field, got: count, allowed: limit) }
        guard count >= atLeast else { throw .invalidValue(type, field: field, got: UInt64(count)) }
        return count
    }

    /// Everything that is left, as a submission.
    mutating func submission() throws(FrameError) -> Submission {
        let recipient = UserID(trusted: try bytes32("recipient"))
        let expirySeconds = try integer("expiry", as: UInt32.self)
        let body = try slice("body", length: left)
        return try Submission(recipient: recipient, expirySeconds: expirySeconds, body: body, within: type)
    }

    /// Everything that is left, as a receipt.
    mutating func receipt() throws(FrameError) -> CustodyReceipt {
        let bytes = [UInt8](buffer: try slice("receipt", length: left))
        do { return try CustodyReceipt(decoding: bytes) } catch { throw .receipt(error) }
    }

    func end() throws(FrameError) {
        guard left == 0 else { throw .trailingBytes(type, count: left) }
    }

    private mutating func fixed<Value>(
        _ field: String, _ size: Int, _ make: (UnsafeRawBufferPointer) -> Value
    ) throws(FrameError) -> Value {
        guard left >= size else { throw missing(field, size) }
        let value = buffer.withUnsafeReadableBytes { make(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
        buffer.moveReaderIndex(forwardBy: size)
        return value
    }

    private func missing(_ field: String, _ needed: Int) -> FrameError {
        .fieldTruncated(type, field: field, needed: needed, left: left)
    }
}
