public import MeshCrypto
public import NIOCore

/// The first frame of each end. Layout: roster digest 16 | credit 4 | flags 2 | software 1 + n | record 2 + n.
public struct Hello: Equatable, Sendable {
    /// The digest of the sender's placed nodes (DESIGN §6); zero when it has no roster yet.
    public var rosterDigest: Bytes16
    /// How many bytes of metered frames the receiver of this hello may send before more credit comes.
    public var creditBytes: UInt32
    /// Reserved for later versions; unknown flags are ignored.
    public var flags: UInt16
    /// Name and version of the program, at most 32 bytes of UTF-8. For people; no behaviour depends on it.
    public var software: String
    /// A node's own signed record as `MeshRing` encodes it; empty from clients.
    public var record: ByteBuffer

    /// Takes the parts as they are.
    public init(
        rosterDigest: Bytes16, creditBytes: UInt32, flags: UInt16 = 0, software: String,
        record: ByteBuffer = ByteBuffer()
    ) {
        self.rosterDigest = rosterDigest
        self.creditBytes = creditBytes
        self.flags = flags
        self.software = software
        self.record = record
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        rosterDigest = try reader.bytes16("rosterDigest")
        creditBytes = try reader.integer("credit")
        guard creditBytes <= WireLimits.openCredit else {
            throw .overLimit(.hello, field: "credit", got: Int(creditBytes), allowed: Int(WireLimits.openCredit))
        }
        flags = try reader.integer("flags")
        software = try reader.text("software", limit: WireLimits.software)
        record = try reader.prefixed("record", by: UInt16.self, limit: WireLimits.nodeRecord)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.write(rosterDigest)
        buffer.writeInteger(creditBytes)
        buffer.writeInteger(flags)
        buffer.writeText(software, limit: WireLimits.software)
        buffer.writeInteger(UInt16(record.readableBytes))
        buffer.writeImmutableBuffer(record)
    }
}

/// The last frame of an end. Layout: reason 2 | detail 1 + n.
public struct Goodbye: Equatable, Sendable {
    /// Why the link ends.
    public var reason: GoodbyeReason
    /// For people, at most 200 bytes of UTF-8.
    public var detail: String

    /// Takes the parts as they are.
    public init(_ reason: GoodbyeReason, detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        reason = GoodbyeReason(rawValue: try reader.integer("reason"))
        detail = try reader.text("detail", limit: WireLimits.goodbyeDetail)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(reason.rawValue)
        buffer.writeText(detail, limit: WireLimits.goodbyeDetail)
    }
}

extension ByteBuffer {
    /// Length byte and UTF-8, cut at a character so that at most `limit` bytes stand.
    mutating func writeText(_ text: String, limit: Int) {
        var cut = text[...]
        while cut.utf8.count > limit { cut.removeLast() }
        writeInteger(UInt8(cut.utf8.count))
        writeSubstring(cut)
    }
}
