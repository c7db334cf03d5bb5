public import MeshCrypto
import NIOCore

/// The recipient can't open the message and wants it gone. Layout of an entry: id 16 | signature 64.
///
/// The signature is the recipient's Ed25519 over the context `Discard.context`, the network id and the id.
public struct Discard: Hashable, Sendable {
    /// The context string under the signature.
    public static let context = "mesh discard 1"

    /// Which message.
    public var id: SubmissionID
    /// The recipient's, 64 bytes.
    public var signature: Bytes64

    /// Takes the parts as they are.
    public init(id: SubmissionID, signature: Bytes64) {
        self.id = id
        self.signature = signature
    }

    /// What the signature covers behind its context: network id 32 | id 16.
    public static func signed(_ id: SubmissionID, network: NetworkID) -> [UInt8] {
        network.bytes.bytes + id.bytes.bytes
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        id = SubmissionID(try reader.bytes16("id"))
        signature = try reader.bytes64("signature")
    }

    /// Bytes on the wire.
    static let byteCount = 16 + 64

    func write(into buffer: inout ByteBuffer) { buffer.writeFields(Self.byteCount) { put(into: &$0) } }

    func put(into fields: inout FieldWriter) {
        fields.put(id.bytes)
        fields.put(signature)
    }
}

/// What became of an acknowledgement or discard. Layout of an entry: id 16 | status 2.
public struct Removed: Equatable, Sendable {
    /// Which message.
    public var id: SubmissionID
    /// `accepted` when the removal is on stable storage.
    public var status: DeliveryStatus

    /// Takes the parts as they are.
    public init(id: SubmissionID, status: DeliveryStatus) {
        self.id = id
        self.status = status
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        id = SubmissionID(try reader.bytes16("id"))
        status = DeliveryStatus(rawValue: try reader.integer("status"))
    }

    func write(into buffer: inout ByteBuffer) {
        buffer.writeFields(16 + 2) { fields in
            fields.put(id.bytes)
            fields.put(status.rawValue)
        }
    }
}
