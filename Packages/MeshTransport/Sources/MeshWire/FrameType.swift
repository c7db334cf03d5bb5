/// What a frame is: its first byte.
///
/// Types from `0x80` up are optional: who doesn't know one skips it. An unknown type below is an error and ends the
/// link, so that nothing that matters is ever silently passed over.
public enum FrameType: UInt8, Sendable, CaseIterable {
    case hello = 0x01
    case ping = 0x02
    case pong = 0x03
    case credit = 0x04
    case goodbye = 0x05

    case rosterRequest = 0x10
    case rosterPage = 0x11
    case records = 0x12
    case digest = 0x13
    case membership = 0x14

    case submit = 0x20
    case submitted = 0x21
    case fetch = 0x22
    case fetched = 0x23
    case deliver = 0x24
    case acknowledge = 0x25
    case discard = 0x26
    case removed = 0x27
    case ephemeral = 0x28
    case recall = 0x29
    case recalled = 0x2a
    case contents = 0x2b
    case contentsPage = 0x2c
    case fetchThese = 0x2d
    case receiptsOf = 0x2e
    case receipt = 0x2f

    case forward = 0x30
    case forwarded = 0x31
    case replicate = 0x32
    case replicated = 0x33
    case remove = 0x34
    case removeDone = 0x35
    case compare = 0x36
    case differ = 0x37
    case offer = 0x38
    case wanted = 0x39

    /// The first of the types that may be skipped by who doesn't know them.
    public static let firstOptional: UInt8 = 0x80

    /// Whether its bytes are paid for with credit: the frames that carry envelopes.
    public var isMetered: Bool {
        switch self {
        case .submit, .deliver, .ephemeral, .forward, .replicate: true
        default: false
        }
    }
}
