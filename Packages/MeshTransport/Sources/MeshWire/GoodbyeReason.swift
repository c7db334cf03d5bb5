/// Why a link is ended by the side that says so: a 16-bit code in the goodbye frame.
public struct GoodbyeReason: RawRepresentable, Hashable, Sendable {
    /// The code as it stands on the wire.
    public let rawValue: UInt16

    /// Takes any number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Nothing is left to do.
    public static let done = GoodbyeReason(rawValue: 0)
    /// A newer receiving link of the same identity took this one's place. Who hears it doesn't dial again.
    public static let replaced = GoodbyeReason(rawValue: 1)
    /// The node stops: another member of the set serves now.
    public static let stopping = GoodbyeReason(rawValue: 2)
    /// The peer broke the protocol; the detail says how.
    public static let protocolViolation = GoodbyeReason(rawValue: 3)
    /// Two nodes dialled each other; the link that the lower id dialled stays.
    public static let duplicateLink = GoodbyeReason(rawValue: 4)
    /// More envelope bytes than credit was granted for.
    public static let creditExceeded = GoodbyeReason(rawValue: 5)
    /// The node holds as many links of this kind as it may.
    public static let tooManyLinks = GoodbyeReason(rawValue: 6)
    /// The peer didn't read what was sent to it.
    public static let tooSlow = GoodbyeReason(rawValue: 7)
}

extension GoodbyeReason: CustomStringConvertible {
    /// What happened, in words for a person.
    public var description: String {
        switch self {
        case .done: "done"
        case .replaced: "another receiving connection of the same identity took over"
        case .stopping: "the node is stopping"
        case .protocolViolation: "the protocol was broken"
        case .duplicateLink: "a second link between the same nodes"
        case .creditExceeded: "more was sent than credit was granted for"
        case .tooManyLinks: "the node holds as many links as it may"
        case .tooSlow: "the peer reads too slowly"
        default: "unknown reason \(rawValue)"
        }
    }
}
