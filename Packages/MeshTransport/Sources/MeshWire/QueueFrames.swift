public import MeshCrypto
import NIOCore

/// Asks for the list of the link's own queue, to compare members. Layout: request 4 | after 8 (a place in the queue, 0 for
/// the beginning).
public struct Contents: Equatable, Sendable {
    /// Chosen by the client; stands in the answer.
    public var request: UInt32
    /// The last place of the page before.
    public var after: UInt64

    /// Takes the parts as they are.
    public init(request: UInt32, after: UInt64) {
        self.request = request
        self.after = after
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        after = try reader.integer("after")
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.writeInteger(after)
    }
}

/// Part of a queue's list. Layout: request 4 | status 2 | last 8 | more 1 | count 2 (0…512) | ids 16.
public struct ContentsPage: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt32
    /// Accepted, or why there is no list.
    public var status: DeliveryStatus
    /// The last place of this page in the queue.
    public var last: UInt64
    /// Whether there is more behind it.
    public var more: Bool
    /// What is held, oldest first.
    public var ids: [SubmissionID]

    /// Takes the parts as they are.
    public init(request: UInt32, status: DeliveryStatus, last: UInt64, more: Bool, ids: [SubmissionID]) {
        self.request = request
        self.status = status
        self.last = last
        self.more = more
        self.ids = ids
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        status = DeliveryStatus(rawValue: try reader.integer("status"))
        last = try reader.integer("last")
        let raw: UInt8 = try reader.integer("more")
        guard raw <= 1 else { throw .invalidValue(.contentsPage, field: "more", got: UInt64(raw)) }
        more = raw == 1
        ids = try reader.ids(atLeast: 0)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.writeInteger(status.rawValue)
        buffer.writeInteger(last)
        buffer.writeInteger(UInt8(more ? 1 : 0))
        buffer.write(ids)
    }
}

/// Asks for something about certain messages. Layout: request 4 | count 2 (1…512) | ids 16. Answered by `fetched`.
public struct IDRequest: Equatable, Sendable {
    /// Chosen by the client; stands in the answer.
    public var request: UInt32
    /// Which messages, 1 to 512.
    public var ids: [SubmissionID]

    /// Takes the parts as they are.
    public init(request: UInt32, ids: [SubmissionID]) {
        self.request = request
        self.ids = ids
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        ids = try reader.ids(atLeast: 1)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(ids)
    }
}

/// A sender wants a message back. Layout: request 4 | recipient 32 | 54 bytes (``DisclosedSecret``).
public struct Recall: Equatable, Sendable {
    /// Chosen by the client; stands in the answer.
    public var request: UInt32
    /// Whom the message is for.
    public var recipient: UserID
    /// The sender's secret.
    public var secret: DisclosedSecret

    /// Takes the parts as they are.
    public init(request: UInt32, recipient: UserID, secret: DisclosedSecret) {
        self.request = request
        self.recipient = recipient
        self.secret = secret
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        request = try reader.integer("request")
        recipient = UserID(trusted: try reader.bytes32("recipient"))
        secret = try DisclosedSecret(from: &reader)
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(request)
        buffer.write(recipient.bytes)
        secret.write(into: &buffer)
    }
}

/// The answer to a recall. Layout: request 4 | status 2 | id 16. What became of the message stands in the receipt that
/// comes in a frame before it.
public struct Recalled: Equatable, Sendable {
    /// The request that it belongs to.
    public var request: UInt32
    /// Accepted when the removal is on stable storage.
    public var status: DeliveryStatus
    /// Which message.
    public var id: SubmissionID

    /// Takes the parts as they are.
    public init(request: UInt32, status: DeliveryStatus, id: SubmissionID) {
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
        buffer.writeInteger(request)
        buffer.writeInteger(status.rawValue)
        buffer.write(id.bytes)
    }
}
