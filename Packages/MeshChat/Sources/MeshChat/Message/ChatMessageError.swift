/// Why something is no message of chat protocol 1: the same rules hold for building and for reading one.
public enum ChatMessageError: Error, Hashable, Sendable {
    /// The whole encoded message has too many bytes.
    case tooLong(got: Int, allowed: Int)
    /// The bytes are no protobuf message of the schema.
    case malformed
    /// The message says nothing at all.
    case noEvent
    /// A text without a byte.
    case textEmpty
    /// A text of too many UTF-8 bytes.
    case textTooLong(got: Int, allowed: Int)
    /// A profile name of too many Unicode scalars.
    case nameTooLong(got: Int, allowed: Int)
    /// A profile name with a character that steers terminals.
    case nameHasControl(scalar: UInt32)
    /// A colour beyond 0xRRGGBB.
    case colourOutOfRange(got: UInt32, allowed: UInt32)
    /// A receipt for no message.
    case receiptEmpty
    /// A receipt for too many messages.
    case receiptTooLong(got: Int, allowed: Int)
    /// An id in a receipt that hasn't 16 bytes.
    case receiptIDLength(got: Int, allowed: Int)
    /// A receipt with proofs, but not one for each id.
    case receiptProofCount(got: Int, allowed: Int)
    /// A proof in a receipt that hasn't 16 bytes, and isn't left out.
    case receiptProofLength(got: Int, allowed: Int)
    /// An event that belongs into its sender's order has no place there.
    case orderMissing(event: String)
    /// An event outside of its sender's order has a place there.
    case orderUnexpected(event: String)
    /// An epoch of 0.
    case epochZero
    /// A counter of 0 or beyond the greatest.
    case counterOutOfRange(got: UInt64, allowed: ClosedRange<UInt64>)
    /// The epoch before is the epoch itself, or has a count without an epoch or an epoch without a count.
    case previousEpochInvalid
}

extension ChatMessageError: CustomStringConvertible {
    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .tooLong(let got, let allowed): "the message has \(got) bytes; \(allowed) are allowed"
        case .malformed: "the message is not written as chat protocol 1 asks"
        case .noEvent: "the message says nothing"
        case .textEmpty: "the text is empty; write at least one character"
        case .textTooLong(let got, let allowed):
            "the text has \(got) bytes; \(allowed) are allowed in one message, so send it in parts"
        case .nameTooLong(let got, let allowed): "the name has \(got) characters; \(allowed) are allowed"
        case .nameHasControl(let scalar):
            "the name has a control character (U+\(String(scalar, radix: 16, uppercase: true))); leave it out"
        case .colourOutOfRange(let got, let allowed): "the colour is \(got); the greatest is \(allowed)"
        case .receiptEmpty: "the receipt names no message"
        case .receiptTooLong(let got, let allowed): "the receipt names \(got) messages; \(allowed) are allowed"
        case .receiptIDLength(let got, let allowed): "the receipt has an id of \(got) bytes; ids have \(allowed)"
        case .receiptProofCount(let got, let allowed):
            "the receipt has \(got) proofs for \(allowed) messages; it has one for each, or none"
        case .receiptProofLength(let got, let allowed):
            "the receipt has a proof of \(got) bytes; proofs have \(allowed)"
        case .orderMissing(let event): "the \(event) has no place in its sender's order"
        case .orderUnexpected(let event): "the \(event) has a place in its sender's order, where it doesn't belong"
        case .epochZero: "the epoch is 0, which stands for none"
        case .counterOutOfRange(let got, let allowed):
            "the counter is \(got); it goes from \(allowed.lowerBound) to \(allowed.upperBound)"
        case .previousEpochInvalid: "the epoch before is given by half, or is the epoch itself"
        }
    }
}
