public import MeshCrypto
import NIOCore

/// A node hands a message to a member of the recipient's set. Layout: request 8 | roster digest 16 | options 1 |
/// submission.
public struct Forward: Equatable, Sendable {
    /// Chosen by the forwarding node; stands in the answer.
    public var request: UInt64
    /// The sender's roster digest (16 bytes).
    public var rosterDigest: Bytes16
    /// What is wanted besides the answer.
    public var options: SubmitOptions
    /// The message.
    public var submission: Submission

    /// Takes the parts as they are.
    public init(
        request: UInt64, rosterDigest: Bytes16, options: SubmitOptions = .receipts, submission: Submission
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
        buffer.writeFields(8 + 16 + MemoryLayout.size(ofValue: options.rawValue)) { fields in
            fields.put(request)
            fields.put(rosterDigest)
            fields.put(options.rawValue)
        }
        buffer.write(submission)
    }
}

/// The answer to a forward. Layout: request 8 | status 2 | id 16 | copies 1 | needed 1.
public struct Forwarded: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt64
    /// How it ended.
    public var status: DeliveryStatus
    /// The id as the answering node computed it.
    public var id: SubmissionID
    /// How many nodes have it on stable storage.
    public var copies: UInt8
    /// How many were asked for.
    public var needed: UInt8

    /// Takes the parts as they are.
    public init(request: UInt64, status: DeliveryStatus, id: SubmissionID, copies: UInt8, needed: UInt8) {
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
        buffer.writeFields(8 + 2 + 16 + 1 + 1) { fields in
            fields.put(request)
            fields.put(status.rawValue)
            fields.put(id.bytes)
            fields.put(copies)
            fields.put(needed)
        }
    }
}
