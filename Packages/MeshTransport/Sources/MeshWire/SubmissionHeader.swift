public import MeshCrypto

/// Everything of a submission but its envelope, of which it has the hash: what the id is made of, in 86 bytes.
///
/// Whoever shows a header and a secret that fits one of its hashes has shown that this very message may be removed,
/// whether or not the other one has ever seen it (DESIGN §7.3).
public struct SubmissionHeader: Hashable, Sendable {
    /// Whom it is for.
    public var recipient: UserID
    /// When it may be forgotten, in seconds since 1970.
    public var expirySeconds: UInt32
    /// Reserved; 0 today.
    public var flags: UInt16
    /// What the recipient's secret must hash to (16 bytes).
    public var acknowledgementHash: ProofHash
    /// What the sender's secret must hash to (16 bytes).
    public var recallHash: ProofHash
    /// BLAKE2b-128 of the envelope, context `mesh envelope hash 1`.
    public var envelopeHash: Bytes16

    /// Takes the parts as they are.
    public init(
        recipient: UserID, expirySeconds: UInt32, flags: UInt16 = 0, acknowledgementHash: ProofHash,
        recallHash: ProofHash, envelopeHash: Bytes16
    ) {
        self.recipient = recipient
        self.expirySeconds = expirySeconds
        self.flags = flags
        self.acknowledgementHash = acknowledgementHash
        self.recallHash = recallHash
        self.envelopeHash = envelopeHash
    }

    /// BLAKE2b-128 over all of it (DESIGN §7): who swaps anything changes the id, and nobody can take an id beforehand
    /// for other content.
    public var id: SubmissionID {
        // Put together before it is hashed, which takes less than to feed a hash six times.
        withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { memory in
            var fields = FieldWriter(memory)
            fields.put(recipient.bytes)
            fields.put(expirySeconds)
            fields.put(flags)
            fields.put(acknowledgementHash.bytes)
            fields.put(recallHash.bytes)
            fields.put(envelopeHash)
            fields.end()
            return SubmissionID(Hash.blake2b16(context: "mesh submission 1", UnsafeRawBufferPointer(memory)))
        }
    }

    private static let byteCount = 32 + 4 + 2 + 16 + 16 + 16
}
