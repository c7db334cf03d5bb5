public import MeshCrypto

/// Why bytes are not a frame. Each is the peer's fault and ends its link, and no other.
public enum FrameError: Error, Equatable, Sendable {
    /// The message ends inside a frame's header.
    case headerTruncated(left: Int)
    /// The header promises more bytes than the message holds.
    case frameTruncated(type: UInt8, promised: Int, left: Int)
    /// The reserved byte of the header is not zero.
    case reservedByte(got: UInt8)
    /// A type below `0x80` that this version doesn't know.
    case unknownType(UInt8)
    /// The frame ends inside a field.
    case fieldTruncated(FrameType, field: String, needed: Int, left: Int)
    /// Bytes are left over behind the last field.
    case trailingBytes(FrameType, count: Int)
    /// A length or count above its named limit.
    case overLimit(FrameType, field: String, got: Int, allowed: Int)
    /// A field holds a value that has no meaning.
    case invalidValue(FrameType, field: String, got: UInt64)
    /// A text field is not UTF-8.
    case invalidText(FrameType, field: String)
    /// An envelope whose size is none of the classes.
    case envelopeSize(FrameType, got: Int)
    /// A receipt that can't be read.
    case receipt(CustodyReceiptError)
    /// A link message without a frame.
    case emptyMessage
}

extension FrameError: CustomStringConvertible {
    /// What happened, in words for a person.
    public var description: String {
        switch self {
        case .headerTruncated(let left):
            "a frame's header needs \(WireLimits.frameHeader) bytes, \(left) are left"
        case .frameTruncated(let type, let promised, let left):
            "a frame of type \(type) promises \(promised) bytes, \(left) are left"
        case .reservedByte(let got): "the reserved byte of a frame's header is \(got), not 0"
        case .unknownType(let type): "frame type \(type) is not known to this version"
        case .fieldTruncated(let type, let field, let needed, let left):
            "\(type): field \(field) needs \(needed) bytes, \(left) are left"
        case .trailingBytes(let type, let count): "\(type): \(count) bytes behind the last field"
        case .overLimit(let type, let field, let got, let allowed):
            "\(type): \(field) is \(got), at most \(allowed) are allowed"
        case .invalidValue(let type, let field, let got): "\(type): \(field) has no meaning for \(got)"
        case .invalidText(let type, let field): "\(type): \(field) is not UTF-8"
        case .envelopeSize(let type, let got): "\(type): an envelope of \(got) bytes is in no size class"
        case .receipt(let error): "\(error)"
        case .emptyMessage: "a link message without a frame"
        }
    }
}
