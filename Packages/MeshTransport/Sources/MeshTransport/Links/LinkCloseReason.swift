public import MeshCrypto
import MeshWire

/// Why a link is gone.
public enum LinkCloseReason: Error, Equatable, Sendable {
    /// This end closed it on purpose.
    case closedHere
    /// The hub was shut down.
    case shutdown
    /// The other end closed it; with the code of its WebSocket close frame, if one came.
    case closedByPeer(code: UInt16?)
    /// The connection broke; with what the system said.
    case connectionLost(String)
    /// No whole WebSocket frame came for so long.
    case silent(milliseconds: UInt64)
    /// The peer didn't read for so long.
    case stalled(milliseconds: UInt64)
    /// More bytes waited to be written than the limit allows: the peer reads too slowly.
    case outboundOverflow(waiting: Int, allowed: Int)
    /// The peer broke WebSocket's rules.
    case webSocket(WebSocketViolation)
    /// A message was no ciphertext of this link, or not the next one.
    case cipher(NoiseError)
    /// A message's plaintext is not a sequence of whole frames.
    case frames(LinkFramingError)

    /// Whether the peer broke the protocol.
    public var isViolation: Bool {
        switch self {
        case .webSocket, .cipher, .frames: true
        default: false
        }
    }
}

extension LinkCloseReason: CustomStringConvertible {
    /// What happened to the link.
    public var description: String {
        switch self {
        case .closedHere: "closed by this end"
        case .shutdown: "closed because this end shuts down"
        case .closedByPeer(let code?): "closed by the other end with WebSocket code \(code)"
        case .closedByPeer(nil): "closed by the other end"
        case .connectionLost(let detail): "the connection broke: \(detail)"
        case .silent(let milliseconds): "nothing came from the other end for \(milliseconds) ms"
        case .stalled(let milliseconds): "the other end read nothing for \(milliseconds) ms"
        case .outboundOverflow(let waiting, let allowed):
            "the other end reads too slowly: \(waiting) bytes wait to be written, at most \(allowed) may"
        case .webSocket(let violation): "\(violation)"
        case .cipher(let error): "\(error)"
        case .frames(let error): "\(error)"
        }
    }
}

/// Why a link message's plaintext is not a sequence of whole frames.
public enum LinkFramingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The message holds no frame.
    case empty
    /// The message ends inside a frame, so many bytes behind the last whole one.
    case truncated(left: Int)

    /// What is wrong with the message.
    public var description: String {
        switch self {
        case .empty: "a link message without a frame"
        case .truncated(let left): "a link message ends inside a frame, after \(left) bytes of it"
        }
    }

    /// Walks over the frames' headers without looking at types or payloads. A link hands over several messages at
    /// once, so a frame that went on in the next message would else pass unseen.
    static func check(_ message: UnsafeRawBufferPointer) throws(LinkFramingError) {
        guard message.count > 0 else { throw .empty }
        var offset = 0
        while offset < message.count {
            guard message.count - offset >= WireLimits.frameHeader else {
                throw .truncated(left: message.count - offset)
            }
            let length = UInt16(bigEndian: message.loadUnaligned(fromByteOffset: offset + 2, as: UInt16.self))
            let frameCount = WireLimits.frameHeader + Int(length)
            guard message.count - offset >= frameCount else { throw .truncated(left: message.count - offset) }
            offset += frameCount
        }
    }
}
