/// What a message travels in: signed by its sender, then sealed for its recipient, then of one of five sizes.
///
/// ```
/// version 1 | ephemeral key 32 | nonce 24 | sealed … | tag 16        all of it 512, 1,024, 4,096, 16,384 or 61,440 bytes
/// sealed:  sender 32 | inner id 16 | acknowledgement secret 16 | time 8 | body length 4 | signature 64 | body | zeros
/// ```
///
/// Numbers are big-endian; the time is in milliseconds since 1970. The signature (``SecretIdentity/sign(_:context:)``,
/// context `mesh envelope 1`) covers network 32, sender 32, recipient 32, inner id 16, acknowledgement hash 16, recall
/// hash 16, time 8, body. The recipient is under it, because else a recipient could seal a signed message again for a
/// third person. The key is BLAKE2b-256 (context `mesh envelope key 1`) of X25519(ephemeral, recipient's key), ephemeral
/// key and recipient; the cipher is XChaCha20-Poly1305 over version, recipient and both hashes as associated data. Nodes
/// that store an envelope don't learn who wrote it.
public enum Envelope {
    /// The one version there is; the first byte of every envelope.
    public static let version: UInt8 = 1
    /// The only sizes of an envelope, so that its length tells little about its body. The largest leaves room in a link
    /// message of 65,535 bytes for what stands around it.
    public static let sizes = [512, 1_024, 4_096, 16_384, 61_440]
    /// The largest envelope, in bytes.
    public static let maximumBytes = 61_440
    /// The largest body, in bytes: what the largest envelope holds besides its own fields.
    public static let maximumBodyBytes = maximumBytes - overheadBytes
    /// How many bytes of an envelope aren't body or padding.
    public static let overheadBytes = outerBytes + innerBytes

    static let outerBytes = 1 + Bytes32.byteCount + Bytes24.byteCount + XChaChaPoly.tagCount
    static let innerBytes = 32 + 16 + 16 + 8 + 4 + 64
    static let signatureContext = "mesh envelope 1"
    static let keyContext = "mesh envelope key 1"

    /// The size of the envelope for a body of so many bytes; nil if it is over ``maximumBodyBytes``.
    public static func size(bodyBytes: Int) -> Int? {
        sizes.first { $0 >= bodyBytes + overheadBytes }
    }
}
