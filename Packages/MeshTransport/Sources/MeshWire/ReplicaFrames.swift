public import MeshCrypto
import NIOCore

/// A member of the recipient's set hands a copy to another one. Layout: request 8 | roster digest 16 | purpose 1 |
/// submission.
public struct Replicate: Equatable, Sendable {
    /// Why it is sent.
    public enum Purpose: UInt8, Sendable {
        /// It has just been submitted; the sender waits.
        case new = 0
        /// It was accepted before, and the receiver lacks it: hand-over and repair.
        case moved = 1
    }

    /// Chosen by the sending node; stands in the answer.
    public var request: UInt64
    /// The sender's roster digest (16 bytes).
    public var rosterDigest: Bytes16
    /// Why it is sent.
    public var purpose: Purpose
    /// The message.
    public var submission: Submission

    /// Takes the parts as they are.
    public init(request: UInt64, rosterDigest: Bytes16, purpose: Purpose, submission: Submission) {
        self.request = request
        self.rosterDigest = rosterDigest
        self.purpose = purpose
        self.submission = submission
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        rosterDigest = try reader.bytes16("rosterDigest")
        let raw: UInt8 = try reader.integer("purpose")
        guard let purpose = Purpose(rawValue: raw) else {
            throw .invalidValue(.replicate, field: "purpose", got: UInt64(raw))
        }
        self.purpose = purpose
        submission = try reader.submission()
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeFields(8 + 16 + 1) { fields in
            fields.put(request)
            fields.put(rosterDigest)
            fields.put(purpose.rawValue)
        }
        buffer.write(submission)
    }
}

/// The answer to a replicate or a remove. Layout: request 8 | status 2 | id 16. A replicate's receipt comes in a frame
/// before it.
public struct ReplicaAnswer: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt64
    /// How it ended; accepted means: on stable storage.
    public var status: DeliveryStatus
    /// The id as the answering node computed it.
    public var id: SubmissionID

    /// Takes the parts as they are.
    public init(request: UInt64, status: DeliveryStatus, id: SubmissionID) {
        self.request = request
        self.status = status
        self.id = id
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        status = DeliveryStatus(rawValue: try reader.integer("status"))
        id = SubmissionID(try reader.bytes16("id"))
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeFields(8 + 2 + 16) { fields in
            fields.put(request)
            fields.put(status.rawValue)
            fields.put(id.bytes)
        }
    }
}

/// A node shows another one the proof that a message is to be removed. Layout: request 8 | recipient 32 | proof: kind 1,
/// 54 or 80 bytes (``RemovalProof``).
public struct Remove: Equatable, Sendable {
    /// Chosen by the sending node; stands in the answer.
    public var request: UInt64
    /// Whose message.
    public var recipient: UserID
    /// What allows it.
    public var proof: RemovalProof

    /// Takes the parts as they are.
    public init(request: UInt64, recipient: UserID, proof: RemovalProof) {
        self.request = request
        self.recipient = recipient
        self.proof = proof
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        recipient = UserID(trusted: try reader.bytes32("recipient"))
        proof = try RemovalProof(from: &reader)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(recipient.bytes)
        proof.write(into: &buffer)
    }
}
