public import MeshCrypto
import NIOCore

/// What a member holds, recipient by recipient, for another one to compare. Layout: key 8 | count 2 (1…512), entries.
public struct Compare: Equatable, Sendable {
    /// One recipient's queue. Layout: recipient 32 | count 4 | digest 16.
    public struct Entry: Hashable, Sendable {
        /// Whose queue.
        public var recipient: UserID
        /// How many messages the sender holds.
        public var count: UInt32
        /// An order-independent digest of their ids under the frame's key (16 bytes).
        public var digest: Bytes16

        /// Takes the parts as they are.
        public init(recipient: UserID, count: UInt32, digest: Bytes16) {
            self.recipient = recipient
            self.count = count
            self.digest = digest
        }
    }

    /// Drawn for this comparison, so that nobody can prepare messages that cancel each other out.
    public var key: UInt64
    /// The queues, 1 to 512.
    public var entries: [Entry]

    /// Takes the parts as they are.
    public init(key: UInt64, entries: [Entry]) {
        self.key = key
        self.entries = entries
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        key = try reader.integer("key")
        entries = try reader.entries(limit: WireLimits.recipientsPerFrame) { reader throws(FrameError) in
            Entry(
                recipient: UserID(trusted: try reader.bytes32("recipient")), count: try reader.integer("count"),
                digest: try reader.bytes16("digest"))
        }
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(key)
        buffer.writeEntries(entries) { buffer, entry in
            buffer.write(entry.recipient.bytes)
            buffer.writeInteger(entry.count)
            buffer.write(entry.digest)
        }
    }
}

/// The answer to a compare: whose queues differ here. Layout: key 8 | count 2 (0…512) | recipients 32.
public struct Differ: Equatable, Sendable {
    /// The compare's.
    public var key: UInt64
    /// Those of the compared recipients whose queues differ.
    public var recipients: [UserID]

    /// Takes the parts as they are.
    public init(key: UInt64, recipients: [UserID]) {
        self.key = key
        self.recipients = recipients
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        key = try reader.integer("key")
        recipients = try reader.entries(atLeast: 0, limit: WireLimits.recipientsPerFrame) { reader throws(FrameError) in
            UserID(trusted: try reader.bytes32("recipient"))
        }
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(key)
        buffer.writeEntries(recipients) { $0.write($1.bytes) }
    }
}

/// Messages of one recipient that the sender holds and the receiver should. Layout: request 8 | roster digest 16 |
/// recipient 32 | count 2 (1…512) | ids 16.
public struct Offer: Equatable, Sendable {
    /// Chosen by the sending node; stands in the answer.
    public var request: UInt64
    /// The sender's roster digest (16 bytes).
    public var rosterDigest: Bytes16
    /// Whose messages.
    public var recipient: UserID
    /// Which, 1 to 512.
    public var ids: [SubmissionID]

    /// Takes the parts as they are.
    public init(request: UInt64, rosterDigest: Bytes16, recipient: UserID, ids: [SubmissionID]) {
        self.request = request
        self.rosterDigest = rosterDigest
        self.recipient = recipient
        self.ids = ids
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        rosterDigest = try reader.bytes16("rosterDigest")
        recipient = UserID(trusted: try reader.bytes32("recipient"))
        ids = try reader.ids(atLeast: 1)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(rosterDigest)
        buffer.write(recipient.bytes)
        buffer.write(ids)
    }
}

/// The answer to an offer: what the receiver lacks. What it holds isn't listed; what was removed there comes back as
/// `remove` frames before this one. Layout: request 8 | status 2 | count 2 (0…512) | ids 16.
public struct Wanted: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt64
    /// Accepted, or why the receiver takes none of them.
    public var status: DeliveryStatus
    /// Which of the offered ones are to be sent.
    public var ids: [SubmissionID]

    /// Takes the parts as they are.
    public init(request: UInt64, status: DeliveryStatus, ids: [SubmissionID]) {
        self.request = request
        self.status = status
        self.ids = ids
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        status = DeliveryStatus(rawValue: try reader.integer("status"))
        ids = try reader.ids(atLeast: 0)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.writeInteger(status.rawValue)
        buffer.write(ids)
    }
}

extension FieldReader {
    /// Ids of messages, at most 512.
    mutating func ids(atLeast: Int) throws(FrameError) -> [SubmissionID] {
        try entries(atLeast: atLeast, limit: WireLimits.idsPerFrame) { reader throws(FrameError) in
            SubmissionID(try reader.bytes16("id"))
        }
    }
}

extension ByteBuffer {
    mutating func write(_ ids: [SubmissionID]) { writeEntries(ids) { $0.write($1.bytes) } }
}
