/// Why a message of a link's handshake or of the link itself was refused. All of them end the link.
public enum NoiseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The message would be, or is, longer than a Noise message may be.
    case messageTooLong(got: Int, allowed: Int)
    /// The message is too short for what it has to hold.
    case messageTooShort(got: Int, needed: Int)
    /// The message isn't what the other end encrypted: altered, out of order, or for other keys or another prologue.
    case notAuthentic
    /// The other end sent a key with which no secret can be agreed (X25519 gives all zeros).
    case unusableKey
    /// A message came when it was our turn, or after the handshake's end.
    case unexpectedMessage
    /// The handshake has failed before; it can't go on.
    case handshakeFailed
    /// 2^64 − 1 messages were sent under one key.
    case noncesExhausted

    /// What happened on the link, and what to do.
    public var description: String {
        switch self {
        case .messageTooLong(let got, let allowed): "a link message has \(got) bytes, \(allowed) are allowed; split it"
        case .messageTooShort(let got, let needed): "a link message has \(got) bytes, it needs \(needed)"
        case .notAuthentic: "a link message was altered on its way or not meant for this link; dial again"
        case .unusableKey: "the other end of the link sent a key that can't be used; don't trust it"
        case .unexpectedMessage: "the other end of the link sent a handshake message out of turn"
        case .handshakeFailed: "the link's handshake failed before; dial again"
        case .noncesExhausted: "the link has used up its message numbers; dial again"
        }
    }
}
