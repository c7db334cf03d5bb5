/// How a peer broke WebSocket's rules, or ours for it. Each ends its link, and no other.
public enum WebSocketViolation: Error, Equatable, Sendable {
    /// Bits of extensions that nobody negotiated.
    case reservedBits(UInt8)
    /// A message in several frames; a link message is one frame.
    case fragmented
    /// A text message; link messages are binary.
    case text
    /// An opcode without a meaning.
    case unknownOpcode(UInt8)
    /// A client's frame without a mask.
    case unmasked
    /// A server's frame with a mask.
    case masked
    /// A payload longer than allowed at this point, in bytes.
    case tooLong(got: UInt64, allowed: UInt64)
    /// A length that has a shorter form.
    case lengthNotMinimal(UInt64)
    /// A close frame of one byte: too short for a code.
    case closeTruncated
}

extension WebSocketViolation: CustomStringConvertible {
    /// What the peer did.
    public var description: String {
        switch self {
        case .reservedBits(let bits): "a WebSocket frame has the reserved bits \(bits) set"
        case .fragmented: "a WebSocket message came in several frames"
        case .text: "a WebSocket text message came; only binary ones are taken"
        case .unknownOpcode(let opcode): "a WebSocket frame has the unknown opcode \(opcode)"
        case .unmasked: "a client's WebSocket frame is not masked"
        case .masked: "a server's WebSocket frame is masked"
        case .tooLong(let got, let allowed): "a WebSocket frame has \(got) bytes, at most \(allowed) are taken here"
        case .lengthNotMinimal(let length): "a WebSocket frame's length \(length) has a shorter form"
        case .closeTruncated: "a WebSocket close frame has one byte"
        }
    }
}

/// The codes of close frames that a link sends (RFC 6455, 7.4.1).
enum WebSocketCloseCode: UInt16 {
    case normal = 1000
    case goingAway = 1001
    case protocolError = 1002
    case unsupportedData = 1003
    case policyViolation = 1008
    case messageTooBig = 1009

    /// The code that tells a peer what it did.
    init(_ violation: WebSocketViolation) {
        switch violation {
        case .text: self = .unsupportedData
        case .tooLong: self = .messageTooBig
        default: self = .protocolError
        }
    }

    /// The code in a close frame's payload, nil if it is empty. Which code it is, and the text behind it, change
    /// nothing here.
    static func read(_ payload: some Collection<UInt8>) throws(WebSocketViolation) -> UInt16? {
        guard let high = payload.first else { return nil }
        guard let low = payload.dropFirst().first else { throw .closeTruncated }
        return UInt16(high) << 8 | UInt16(low)
    }
}
