/// How a submission, forward, fetch or removal ended: a 16-bit code in the answering frame.
///
/// An open set: a code that this version doesn't know is a refusal (`isAccepted` is false) and keeps its number.
public struct DeliveryStatus: RawRepresentable, Hashable, Sendable {
    /// The code as it stands on the wire.
    public let rawValue: UInt16

    /// Takes any number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Done: stored on stable storage, fetched, or removed.
    public static let accepted = DeliveryStatus(rawValue: 0)
    /// The same submission is held already: a repetition, as good as accepted.
    public static let alreadyHeld = DeliveryStatus(rawValue: 1)
    /// The same submission was held, and removed by proof: it has reached its recipient.
    public static let removedBefore = DeliveryStatus(rawValue: 2)

    /// The recipient's queue holds as many messages as it may.
    public static let recipientQueueFull = DeliveryStatus(rawValue: 16)
    /// The recipient's queue holds as many bytes as it may.
    public static let recipientBytesFull = DeliveryStatus(rawValue: 17)
    /// The expiry lies in the past.
    public static let expired = DeliveryStatus(rawValue: 18)
    /// The expiry lies further ahead than 14 days.
    public static let expiryTooFar = DeliveryStatus(rawValue: 19)
    /// Flags are set that this version doesn't know.
    public static let unknownFlags = DeliveryStatus(rawValue: 20)
    /// More submissions a second than one link may send: wait and send again.
    public static let rateLimited = DeliveryStatus(rawValue: 21)
    /// This node is not in the recipient's set by its own roster: exchange rosters and ask another.
    public static let notInSet = DeliveryStatus(rawValue: 22)
    /// No member of the recipient's set could be reached: send again later.
    public static let unreachable = DeliveryStatus(rawValue: 23)
    /// The node's storage failed or is full: send again later or elsewhere.
    public static let storageFailed = DeliveryStatus(rawValue: 24)
    /// The node is stopping: send again elsewhere.
    public static let stopping = DeliveryStatus(rawValue: 25)
    /// More is under way than the node holds in memory: send again later.
    public static let busy = DeliveryStatus(rawValue: 26)

    /// Fewer than W members of the recipient's set could be reached, or took it: send again later or elsewhere. Copies
    /// that were made stay, and are found when the same message comes again.
    public static let tooFewMembers = DeliveryStatus(rawValue: 27)

    /// The message is not held here.
    public static let notHeld = DeliveryStatus(rawValue: 32)
    /// The secret or signature does not fit the message.
    public static let proofRefused = DeliveryStatus(rawValue: 33)
    /// What was asked needs another kind of link (a guest can't fetch).
    public static let notPermitted = DeliveryStatus(rawValue: 34)

    /// Whether the recipient has, had or will have the message.
    public var isAccepted: Bool { rawValue <= Self.removedBefore.rawValue }

    /// Whether another member of the recipient's set may take what this one doesn't. A full queue isn't among these: it
    /// would be one quota for each member.
    public var mayBeTakenElsewhere: Bool {
        switch self {
        case .notInSet, .unreachable, .storageFailed, .stopping, .busy, .tooFewMembers: true
        default: false
        }
    }

    /// Whether the same bytes may be accepted at another time or by another node.
    public var isTemporary: Bool {
        switch self {
        case .recipientQueueFull, .recipientBytesFull, .rateLimited, .notInSet, .unreachable, .storageFailed,
            .stopping, .busy, .tooFewMembers:
            true
        default: false
        }
    }
}

extension DeliveryStatus: CustomStringConvertible {
    /// What happened, in words for a person.
    public var description: String {
        switch self {
        case .accepted: "accepted"
        case .alreadyHeld: "already held"
        case .removedBefore: "already delivered and removed"
        case .recipientQueueFull: "the recipient's queue holds as many messages as it may"
        case .recipientBytesFull: "the recipient's queue holds as many bytes as it may"
        case .expired: "the message has expired"
        case .expiryTooFar: "the expiry lies more than 14 days ahead"
        case .unknownFlags: "the submission has flags that the node doesn't know"
        case .rateLimited: "too many messages a second on one connection"
        case .notInSet: "the node does not serve this recipient"
        case .unreachable: "no node that serves the recipient could be reached"
        case .storageFailed: "the node could not store the message"
        case .stopping: "the node is stopping"
        case .busy: "the node has too much under way"
        case .tooFewMembers: "too few of the nodes that should keep the message could be reached"
        case .notHeld: "the message is not held there"
        case .proofRefused: "the proof does not fit the message"
        case .notPermitted: "this kind of connection may not do that"
        default: "unknown status \(rawValue)"
        }
    }
}
