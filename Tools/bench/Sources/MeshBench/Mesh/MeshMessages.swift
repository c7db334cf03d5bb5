import MeshCrypto
import MeshWire
import NIOCore

/// What the load generator puts into submissions, and how it answers for them: the one place that knows.
///
/// The envelope is opaque to nodes, so its cheapest honest stand-in does: random bytes, and at their beginning the
/// secret of the acknowledgement (which a real one holds sealed) and what the shape wants to find again.
struct MeshMessages {
    /// Seconds ahead at which messages expire.
    private static let lifetimeSeconds: UInt32 = 24 * 3_600
    private static let secretCount = Bytes16.byteCount

    private var envelope: [UInt8]
    private let expirySeconds: UInt32
    private let allocator = ByteBufferAllocator()

    /// - Parameters:
    ///   - payload: bytes of the envelope; one of the protocol's sizes.
    ///   - wallSeconds: the time since 1970.
    init(payload: Int, wallSeconds: UInt32) {
        var generator = SystemRandomNumberGenerator()
        envelope = (0..<payload).map { _ in UInt8.random(in: 0...255, using: &generator) }
        expirySeconds = wallSeconds + Self.lifetimeSeconds
    }

    /// The same with secrets of its own, for another session.
    func distinct() -> MeshMessages {
        var copy = self
        copy.envelope.replaceSubrange(0..<Self.secretCount, with: Bytes16.random().bytes)
        return copy
    }

    /// Bytes of a submission on the wire.
    var submissionBytes: Int { WireLimits.submissionHeader + envelope.count }

    /// A submission that no other is equal to.
    mutating func submission(_ message: Message, to recipient: UserID) -> Submission {
        envelope.withUnsafeMutableBytes { bytes in
            // 128 bits that no other message has: the rest of the secret is random from the start.
            let counter = bytes.loadUnaligned(as: UInt64.self) &+ 1
            bytes.storeBytes(of: counter, as: UInt64.self)
            bytes.storeBytes(of: message, toByteOffset: Self.secretCount, as: Message.self)
        }
        let hash = ProofSecret(secret).hash
        var body = allocator.buffer(capacity: Submission.bodyHeader + envelope.count)
        body.writeInteger(UInt16(0))
        _ = hash.bytes.withUnsafeBytes { body.writeBytes($0) }
        _ = hash.bytes.withUnsafeBytes { body.writeBytes($0) }
        _ = envelope.withUnsafeBytes { body.writeBytes($0) }
        guard let submission = try? Submission(recipient: recipient, expirySeconds: expirySeconds, body: body) else {
            preconditionFailure("\(envelope.count) bytes are an envelope's size")
        }
        return submission
    }

    private var secret: Bytes16 {
        envelope.withUnsafeBytes { Bytes16(copying: UnsafeRawBufferPointer(rebasing: $0[..<Self.secretCount])) }
    }

    /// What a recipient finds in a message.
    static func read(_ submission: Submission) -> (message: Message, acknowledgement: DisclosedSecret) {
        let (message, secret) = submission.envelope.withUnsafeReadableBytes { bytes in
            (
                bytes.loadUnaligned(fromByteOffset: secretCount, as: Message.self),
                Bytes16(copying: UnsafeRawBufferPointer(rebasing: bytes[..<secretCount]))
            )
        }
        return (message, DisclosedSecret(acknowledging: submission.header, secret: ProofSecret(secret)))
    }
}
