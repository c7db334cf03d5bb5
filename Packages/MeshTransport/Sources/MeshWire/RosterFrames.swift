public import MeshCrypto
public import NIOCore

/// One node as the sender sees it. Layout: state 1 | record 2 + n.
public struct RosterEntry: Equatable, Sendable {
    /// The state by the sender's own observation: the raw value of `MeshRing.NodeState`.
    public var state: UInt8
    /// The node's signed record, as `MeshRing` encodes it.
    public var record: ByteBuffer

    /// Takes the parts as they are.
    public init(state: UInt8, record: ByteBuffer) {
        self.state = state
        self.record = record
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        state = try reader.integer("state")
        record = try reader.prefixed("record", by: UInt16.self, limit: WireLimits.nodeRecord)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(state)
        buffer.writeInteger(UInt16(record.readableBytes))
        buffer.writeImmutableBuffer(record)
    }
}

/// Asks for the roster, page by page in the order of node ids. Layout: request 4 | after 32.
public struct RosterRequest: Equatable, Sendable {
    /// Chosen by who asks; stands in the answer.
    public var request: UInt32
    /// The last node id that the asker has; zero for the first page.
    public var after: Bytes32

    /// Takes the parts as they are.
    public init(request: UInt32, after: Bytes32) {
        self.request = request
        self.after = after
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        after = try reader.bytes32("after")
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(after)
    }
}

/// A page of the roster. Layout: request 4 | roster digest 16 | more 1 | count 2 | entries.
public struct RosterPage: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt32
    /// The sender's digest at the moment of this page.
    public var rosterDigest: Bytes16
    /// Whether nodes follow behind the last of this page.
    public var more: Bool
    /// At most 128, sorted by node id.
    public var entries: [RosterEntry]

    /// Takes the parts as they are.
    public init(request: UInt32, rosterDigest: Bytes16, more: Bool, entries: [RosterEntry]) {
        self.request = request
        self.rosterDigest = rosterDigest
        self.more = more
        self.entries = entries
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        rosterDigest = try reader.bytes16("rosterDigest")
        let more: UInt8 = try reader.integer("more")
        guard more <= 1 else { throw .invalidValue(.rosterPage, field: "more", got: UInt64(more)) }
        self.more = more == 1
        entries = try reader.entries(atLeast: 0, limit: WireLimits.recordsPerFrame) { reader throws(FrameError) in
            try RosterEntry(from: &reader)
        }
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(rosterDigest)
        buffer.writeInteger(UInt8(more ? 1 : 0))
        buffer.writeEntries(entries) { $1.write(into: &$0) }
    }
}

extension FieldReader {
    /// A 16-bit count, then as many entries.
    mutating func entries<Entry>(
        atLeast: Int = 1, limit: Int, _ read: (inout FieldReader) throws(FrameError) -> Entry
    ) throws(FrameError) -> [Entry] {
        let count = try count("count", atLeast: atLeast, limit: limit)
        var entries: [Entry] = []
        // No reservation by the peer's count: the array grows with bytes that have really come.
        for _ in 0..<count { entries.append(try read(&self)) }
        return entries
    }
}

extension ByteBuffer {
    /// A 16-bit count, then the entries.
    mutating func writeEntries<Entry>(_ entries: [Entry], _ write: (inout ByteBuffer, Entry) -> Void) {
        writeInteger(UInt16(entries.count))
        for entry in entries { write(&self, entry) }
    }
}
