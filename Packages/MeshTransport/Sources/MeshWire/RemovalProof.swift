public import MeshCrypto
import NIOCore

/// What removes a message from a queue: no node's word does (DESIGN §7.3).
///
/// A proof stands on its own: it can be judged without the message, so it can be kept as a tombstone, shown to other
/// nodes, and reach a node before the message does.
public enum RemovalProof: Hashable, Sendable {
    /// The recipient opened it: shows the secret from inside the envelope.
    case acknowledgement(DisclosedSecret)
    /// The sender wants it back: shows the secret that it drew for this.
    case recall(DisclosedSecret)
    /// The recipient can't open it: its signature over the id.
    case discard(Discard)

    /// Bytes of the longest encoding: a kind, an id and a signature.
    public static let maximumBytes = 1 + 16 + 64

    private enum Kind: UInt8 {
        case acknowledgement = 1
        case discard = 2
        case recall = 3
    }

    private var kind: Kind {
        switch self {
        case .acknowledgement: .acknowledgement
        case .recall: .recall
        case .discard: .discard
        }
    }

    /// The message of this recipient that it removes; nil if it removes none.
    ///
    /// Shown secrets always fit the id that they give; a signature is verified (some 60 µs).
    public func removes(of recipient: UserID, network: NetworkID) -> SubmissionID? {
        switch self {
        case .acknowledgement(let secret): secret.acknowledged(by: recipient).id
        case .recall(let secret): secret.recalled(from: recipient).id
        case .discard(let discard): discard.isSigned(by: recipient, network: network) ? discard.id : nil
        }
    }

    /// When the message that it removes may be forgotten, in seconds since 1970; nil where the proof doesn't say.
    public var expirySeconds: UInt32? {
        switch self {
        case .acknowledgement(let secret), .recall(let secret): secret.expirySeconds
        case .discard: nil
        }
    }

    /// Layout: kind 1 (1 acknowledgement, 2 discard, 3 recall) | 54 or 80 bytes.
    public var encoded: [UInt8] { withEncodedBytes { [UInt8]($0) } }

    /// Lends what ``encoded`` gives, in memory of the stack.
    public func withEncodedBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 1) { memory in
            var fields = FieldWriter(memory)
            put(into: &fields)
            fields.end()
            return body(UnsafeRawBufferPointer(memory))
        }
    }

    private var byteCount: Int {
        switch self {
        case .acknowledgement, .recall: 1 + DisclosedSecret.byteCount
        case .discard: 1 + Discard.byteCount
        }
    }

    private func put(into fields: inout FieldWriter) {
        fields.put(kind.rawValue)
        switch self {
        case .acknowledgement(let secret), .recall(let secret): secret.put(into: &fields)
        case .discard(let discard): discard.put(into: &fields)
        }
    }

    func write(into buffer: inout ByteBuffer) { buffer.writeFields(byteCount) { put(into: &$0) } }

    init(from reader: inout FieldReader) throws(FrameError) {
        let raw: UInt8 = try reader.integer("kind")
        switch Kind(rawValue: raw) {
        case .acknowledgement: self = .acknowledgement(try DisclosedSecret(from: &reader))
        case .recall: self = .recall(try DisclosedSecret(from: &reader))
        case .discard: self = .discard(try Discard(from: &reader))
        case nil: throw .invalidValue(reader.type, field: "kind", got: UInt64(raw))
        }
    }

    /// Reads what `encoded` wrote; an error for anything else.
    public init(decoding bytes: [UInt8]) throws(FrameError) {
        var reader = FieldReader(.remove, ByteBuffer(bytes: bytes))
        try self.init(from: &reader)
        try reader.end()
    }
}

/// A secret and the rest of the header that it belongs to. Layout: expiry 4 | flags 2 | other hash 16 | envelope hash 16 |
/// secret 16; 54 bytes. *Other hash* is that of the two whose secret isn't shown.
public struct DisclosedSecret: Hashable, Sendable {
    /// Bytes on the wire.
    public static let byteCount = 4 + 2 + 16 + 16 + 16

    /// When the message may be forgotten, in seconds since 1970.
    public var expirySeconds: UInt32
    /// The submission's flags.
    public var flags: UInt16
    /// An acknowledgement's recall hash, a recall's acknowledgement hash.
    public var otherHash: ProofHash
    /// The hash of the envelope.
    public var envelopeHash: Bytes16
    /// 16 bytes, public from this moment on.
    public var secret: ProofSecret

    /// Takes the parts as they are.
    public init(
        expirySeconds: UInt32, flags: UInt16, otherHash: ProofHash, envelopeHash: Bytes16, secret: ProofSecret
    ) {
        self.expirySeconds = expirySeconds
        self.flags = flags
        self.otherHash = otherHash
        self.envelopeHash = envelopeHash
        self.secret = secret
    }

    /// The recipient's secret for a message that it has opened. Whether it fits is seen by the id that it gives.
    public init(acknowledging header: SubmissionHeader, secret: ProofSecret) {
        self.init(
            expirySeconds: header.expirySeconds, flags: header.flags, otherHash: header.recallHash,
            envelopeHash: header.envelopeHash, secret: secret)
    }

    /// The sender's secret for a message that it wants back.
    public init(recalling header: SubmissionHeader, secret: ProofSecret) {
        self.init(
            expirySeconds: header.expirySeconds, flags: header.flags, otherHash: header.acknowledgementHash,
            envelopeHash: header.envelopeHash, secret: secret)
    }

    /// The header of the message that the secret acknowledges.
    public func acknowledged(by recipient: UserID) -> SubmissionHeader {
        SubmissionHeader(
            recipient: recipient, expirySeconds: expirySeconds, flags: flags, acknowledgementHash: secret.hash,
            recallHash: otherHash, envelopeHash: envelopeHash)
    }

    /// The header of the message that the secret recalls.
    public func recalled(from recipient: UserID) -> SubmissionHeader {
        SubmissionHeader(
            recipient: recipient, expirySeconds: expirySeconds, flags: flags, acknowledgementHash: otherHash,
            recallHash: secret.hash, envelopeHash: envelopeHash)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        expirySeconds = try reader.integer("expiry")
        flags = try reader.integer("flags")
        otherHash = ProofHash(try reader.bytes16("otherHash"))
        envelopeHash = try reader.bytes16("envelopeHash")
        secret = ProofSecret(try reader.bytes16("secret"))
    }

    func write(into buffer: inout ByteBuffer) { buffer.writeFields(Self.byteCount) { put(into: &$0) } }

    func put(into fields: inout FieldWriter) {
        fields.put(expirySeconds)
        fields.put(flags)
        fields.put(otherHash.bytes)
        fields.put(envelopeHash)
        fields.put(secret.bytes)
    }
}

extension Discard {
    /// Whether the recipient signed it in this network.
    public func isSigned(by recipient: UserID, network: NetworkID) -> Bool {
        recipient.verifies(signature, of: Self.signed(id, network: network), context: Self.context)
    }
}
