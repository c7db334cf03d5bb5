/// Why an envelope couldn't be sealed or was refused. A refused envelope shows nothing of its content.
public enum EnvelopeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The body is larger than the largest envelope holds.
    case bodyTooLarge(got: Int, allowed: Int)
    /// The recipient's id was taken as trusted, and is no public key.
    case invalidRecipient(UserID)
    /// No envelope has this size.
    case wrongSize(got: Int, allowed: [Int])
    /// The envelope is of another version of the protocol.
    case unknownVersion(got: UInt8, known: UInt8)
    /// The envelope's ephemeral key is one with which no secret can be agreed.
    case unusableKey
    /// The seal doesn't open: altered, for another recipient, or beside other hashes than it was sealed with.
    case notAuthentic
    /// What is named as sender is no public key.
    case invalidSender(Bytes32)
    /// The body is said to be longer than the envelope.
    case wrongBodyLength(got: Int, allowed: Int)
    /// Something else than zeros stands behind the body.
    case nonZeroPadding
    /// The secret inside doesn't fit the acknowledgement hash outside.
    case wrongAcknowledgement
    /// The signature isn't the named sender's over this message to this recipient in this network.
    case wrongSignature(claimed: UserID)

    /// What happened to the envelope, and what to do.
    public var description: String {
        switch self {
        case .bodyTooLarge(let got, let allowed):
            "the message has \(got) bytes, \(allowed) fit into an envelope; send it in parts"
        case .invalidRecipient(let id): "\(id) is no public key; ask the recipient for the right one"
        case .wrongSize(let got, let allowed): "an envelope has \(got) bytes, the sizes are \(allowed)"
        case .unknownVersion(let got, let known):
            "an envelope has version \(got), known is \(known); a newer program may open it"
        case .unusableKey: "an envelope's key can't be used; it was made to be refused"
        case .notAuthentic: "an envelope was altered on its way, or isn't for this recipient"
        case .invalidSender(let bytes): "an envelope names \(bytes.hex) as its sender, which is no public key"
        case .wrongBodyLength(let got, let allowed):
            "an envelope claims \(got) bytes of body and has room for \(allowed)"
        case .nonZeroPadding: "an envelope hides something behind its body"
        case .wrongAcknowledgement: "an envelope's acknowledgement secret doesn't fit; it could never be acknowledged"
        case .wrongSignature(let claimed): "an envelope claims to come from \(claimed), whose signature it lacks"
        }
    }
}
