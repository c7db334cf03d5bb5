public import MeshCrypto
public import NIOCore

/// A message as nodes see it: whom it is for, until when, what proves its removal, and an opaque envelope (DESIGN §7).
///
/// The bytes behind the expiry stay one slice (`body`) from socket to disk to socket: they are what a queue stores.
/// Layout: recipient 32 | expiry 4 | body: flags 2 | acknowledgement hash 16 | recall hash 16 | envelope.
public struct Submission: Equatable, Sendable {
    /// Whom it is for. The point is not checked here: a node stores for an address, and nobody can fetch from an
    /// address without its key.
    public let recipient: UserID
    /// When it may be forgotten, in seconds since 1970.
    public let expirySeconds: UInt32
    /// Flags, both hashes and the envelope: 34 bytes and one of the envelope sizes.
    public let body: ByteBuffer

    /// Bytes in front of the envelope within `body`.
    public static let bodyHeader = 2 + 16 + 16

    /// A submission from its parts. `envelope` must have one of `WireLimits.envelopeSizes`.
    public init(
        recipient: UserID,
        expirySeconds: UInt32,
        acknowledgementHash: ProofHash,
        recallHash: ProofHash,
        envelope: some Sequence<UInt8>,
        allocator: ByteBufferAllocator = ByteBufferAllocator()
    ) throws(FrameError) {
        var body = allocator.buffer(capacity: Self.bodyHeader + 1_024)
        body.writeInteger(UInt16(0))
        body.write(acknowledgementHash.bytes)
        body.write(recallHash.bytes)
        body.writeBytes(envelope)
        try self.init(recipient: recipient, expirySeconds: expirySeconds, body: body)
    }

    /// A submission around stored bytes.
    public init(recipient: UserID, expirySeconds: UInt32, body: ByteBuffer) throws(FrameError) {
        try self.init(recipient: recipient, expirySeconds: expirySeconds, body: body, within: .submit)
    }

    private init(recipient: UserID, expirySeconds: UInt32, checked body: ByteBuffer) {
        self.recipient = recipient
        self.expirySeconds = expirySeconds
        self.body = body
    }

    init(recipient: UserID, expirySeconds: UInt32, body: ByteBuffer, within type: FrameType) throws(FrameError) {
        let size = body.readableBytes - Self.bodyHeader
        guard WireLimits.envelopeSizes.contains(size) else { throw .envelopeSize(type, got: size) }
        self.recipient = recipient
        self.expirySeconds = expirySeconds
        self.body = body
    }

    /// Reserved for later versions; 0 today.
    public var flags: UInt16 {
        // The initialiser holds the body to more than its header.
        body.getInteger(at: body.readerIndex) ?? 0
    }

    /// What the recipient's secret must hash to (16 bytes).
    public var acknowledgementHash: ProofHash { ProofHash(body.bytes16(at: 2)) }

    /// What the sender's secret must hash to (16 bytes).
    public var recallHash: ProofHash { ProofHash(body.bytes16(at: 18)) }

    /// The sealed message: a slice of the bytes that came in.
    public var envelope: ByteBuffer {
        body.getSlice(at: body.readerIndex + Self.bodyHeader, length: body.readableBytes - Self.bodyHeader)
            ?? ByteBuffer()
    }

    /// The same with a body of its own, if it is a small part of the memory that it lies in: who keeps it for long then
    /// doesn't keep everything that came with it. "Small" is a quarter, so that whole messages are never copied.
    public var inOwnMemory: Submission {
        guard body.storageCapacity > 4 * body.readableBytes else { return self }
        var copy = ByteBufferAllocator().buffer(capacity: body.readableBytes)
        copy.writeImmutableBuffer(body)
        return Submission(recipient: recipient, expirySeconds: expirySeconds, checked: copy)
    }

    /// The whole on the wire, in bytes.
    public var encodedSize: Int { 32 + 4 + body.readableBytes }

    /// All but the envelope, which stands there as its hash: one pass over the envelope.
    public var header: SubmissionHeader {
        body.withUnsafeReadableBytes { bytes in
            SubmissionHeader(
                recipient: recipient, expirySeconds: expirySeconds,
                flags: UInt16(bytes[0]) << 8 | UInt16(bytes[1]),
                acknowledgementHash: ProofHash(Bytes16(copying: UnsafeRawBufferPointer(rebasing: bytes[2..<18]))),
                recallHash: ProofHash(Bytes16(copying: UnsafeRawBufferPointer(rebasing: bytes[18..<34]))),
                envelopeHash: Hash.blake2b16(
                    context: "mesh envelope hash 1", UnsafeRawBufferPointer(rebasing: bytes[Self.bodyHeader...])))
        }
    }

    /// The header's hash (``SubmissionHeader/id``).
    public var id: SubmissionID { header.id }
}
