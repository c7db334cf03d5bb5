public import MeshCrypto
import NIOCore

/// A client hands in a message. Layout: request 4 | roster digest 16 | options 1 |
/// submission.
public struct Submit: Equatable, Sendable {
    /// Chosen by the client; stands in the answer.
    public var request: UInt32
    /// The client's roster digest: where it differs from the node's, rosters are exchanged.
    public var rosterDigest: Bytes16
    /// What is wanted besides the answer.
    public var options: SubmitOptions
    /// The message.
    public var submission: Submission

    /// Takes the parts as they are.
    public init(
        request: UInt32, rosterDigest: Bytes16, options: SubmitOptions = .receipts, submission: Submission
    ) {
        self.request = request
        self.rosterDigest = rosterDigest
        self.options = options
        self.submission = submission
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        rosterDigest = try reader.bytes16("rosterDigest")
        options = try SubmitOptions(from: &reader)
        submission = try reader.submission()
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeFields(4 + 16 + MemoryLayout.size(ofValue: options.rawValue)) { fields in
            fields.put(request)
            fields.put(rosterDigest)
            fields.put(options.rawValue)
        }
        buffer.write(submission)
    }
}

/// The answer to a submit. Layout: request 4 | status 2 | id 16 | copies 1 | needed 1.
public struct Submitted: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt32
    /// How it ended.
    public var status: DeliveryStatus
    /// The id as the node computed it: a client that computed another takes it as a refusal.
    public var id: SubmissionID
    /// How many nodes have it on stable storage.
    public var copies: UInt8
    /// How many were asked for.
    public var needed: UInt8

    /// Takes the parts as they are.
    public init(request: UInt32, status: DeliveryStatus, id: SubmissionID, copies: UInt8, needed: UInt8) {
        self.request = request
        self.status = status
        self.id = id
        self.copies = copies
        self.needed = needed
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        status = DeliveryStatus(rawValue: try reader.integer("status"))
        id = SubmissionID(try reader.bytes16("id"))
        copies = try reader.integer("copies")
        needed = try reader.integer("needed")
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeFields(4 + 2 + 16 + 1 + 1) { fields in
            fields.put(request)
            fields.put(status.rawValue)
            fields.put(id.bytes)
            fields.put(copies)
            fields.put(needed)
        }
    }
}

/// Asks for the queue of the identity that this link has proven. Layout: request 4 | roster digest 16 | mode 1.
public struct Fetch: Equatable, Sendable {
    /// What is wanted of the queue.
    public enum Mode: UInt8, Sendable {
        /// What is queued now; `fetched` comes behind the last.
        case queued = 0
        /// What is queued now (`fetched` comes behind it), and then whatever arrives while the link stands.
        case follow = 1
    }

    /// The request that it belongs to.
    public var request: UInt32
    /// The sender's roster digest (16 bytes).
    public var rosterDigest: Bytes16
    /// What is wanted.
    public var mode: Mode

    /// Takes the parts as they are.
    public init(request: UInt32, rosterDigest: Bytes16, mode: Mode) {
        self.request = request
        self.rosterDigest = rosterDigest
        self.mode = mode
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        rosterDigest = try reader.bytes16("rosterDigest")
        let raw: UInt8 = try reader.integer("mode")
        guard let mode = Mode(rawValue: raw) else { throw .invalidValue(.fetch, field: "mode", got: UInt64(raw)) }
        self.mode = mode
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(rosterDigest)
        buffer.writeInteger(mode.rawValue)
    }
}

/// Everything that was queued when the fetch came has been delivered. Layout: request 4 | status 2 | delivered 4.
public struct Fetched: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt32
    /// How it ended.
    public var status: DeliveryStatus
    /// How many were delivered for this fetch.
    public var delivered: UInt32

    /// Takes the parts as they are.
    public init(request: UInt32, status: DeliveryStatus, delivered: UInt32) {
        self.request = request
        self.status = status
        self.delivered = delivered
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        status = DeliveryStatus(rawValue: try reader.integer("status"))
        delivered = try reader.integer("delivered")
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.writeInteger(status.rawValue)
        buffer.writeInteger(delivered)
    }
}

/// A message for the client. Layout: flags 1 | submission.
public struct Deliver: Equatable, Sendable {
    /// Whether it is stored nowhere and must not be acknowledged.
    public var isEphemeral: Bool
    /// The message.
    public var submission: Submission

    /// Takes the parts as they are.
    public init(isEphemeral: Bool, submission: Submission) {
        self.isEphemeral = isEphemeral
        self.submission = submission
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        let flags: UInt8 = try reader.integer("flags")
        guard flags <= 1 else { throw .invalidValue(.deliver, field: "flags", got: UInt64(flags)) }
        isEphemeral = flags == 1
        submission = try reader.submission()
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(isEphemeral ? 1 : 0))
        buffer.write(submission)
    }
}

extension ByteBuffer {
    /// The submission at the end of a frame.
    mutating func write(_ submission: Submission) {
        writeFields(32 + 4) { fields in
            fields.put(submission.recipient.bytes)
            fields.put(submission.expirySeconds)
        }
        writeImmutableBuffer(submission.body)
    }
}
