import MeshCrypto
import MeshWire

/// A message on its way to the members of its recipient's set, from the member that was asked to take it: the
/// coordinator. Its origin is answered when W of them have it on stable storage, this node included.
struct Replication: Sendable {
    /// What is to be told to the origin.
    enum Verdict {
        case wait
        /// Enough members hold it, or enough of them never will.
        case answer(DeliveryStatus, copies: UInt8)
    }

    let origin: Origin
    let id: SubmissionID
    let recipient: UserID
    /// W.
    let needed: UInt8
    /// What the message takes until the origin is answered.
    let bytes: Int
    /// Present until the origin is answered: what can't be sent over one link may be sent over another.
    private(set) var submission: Submission?

    /// The other members that were asked, by their links: at most six.
    private var links = InlineArray<6, UInt64>(repeating: 0)
    private var linkCount = 0
    /// A bit for each of them that hasn't answered, and one for this node's own store.
    private var outstanding = Self.ownBit
    private var held: UInt8 = 0
    private var refusal: DeliveryStatus?
    /// What the members that hold it said: stored just now, held before, or removed by proof before.
    private var isNew = false
    private var isRemoved = false

    private static let ownBit: UInt8 = 1 << 7

    init(_ origin: Origin, _ id: SubmissionID, _ submission: Submission, needed: Int) {
        self.origin = origin
        self.id = id
        recipient = submission.recipient
        self.needed = UInt8(needed)
        bytes = submission.encodedSize
        self.submission = submission
    }

    /// Whether the origin has its answer.
    var isAnswered: Bool { submission == nil }
    /// Whether nobody's answer is waited for.
    var isComplete: Bool { outstanding == 0 }
    /// Whether a member that was asked over this link hasn't answered.
    func awaits(_ link: LinkID) -> Bool { bit(of: link) != nil }

    /// How many other members were asked.
    var askedCount: Int { linkCount }

    /// The link over which one of them was asked.
    func askedLink(_ index: Int) -> LinkID { LinkID(links[index]) }

    /// Another member is asked over this link.
    mutating func ask(_ link: LinkID) {
        links[linkCount] = link.rawValue
        outstanding |= 1 << UInt8(linkCount)
        linkCount += 1
    }

    /// A member is asked again over another link, since this one has ended. False if it had answered.
    mutating func ask(_ link: LinkID, insteadOf ended: LinkID) -> Bool {
        guard let bit = bit(of: ended) else { return false }
        links[bit.trailingZeroBitCount] = link.rawValue
        return true
    }

    /// A member has answered, or never will. False if it had answered before, or was never asked over this link.
    mutating func onAnswer(over link: LinkID, _ status: DeliveryStatus) -> Bool {
        guard let bit = bit(of: link) else { return false }
        settle(bit, status)
        return true
    }

    /// This node's own store has answered.
    mutating func onOwnAnswer(_ status: DeliveryStatus) { settle(Self.ownBit, status) }

    /// Nobody is waited for any more.
    mutating func onTimeout() {
        refusal = refusal ?? .tooFewMembers
        outstanding = 0
    }

    /// Once there is something to tell the origin, tells it, once.
    mutating func takeVerdict() -> Verdict {
        guard !isAnswered else { return .wait }
        guard held < needed else {
            submission = nil
            return .answer(isRemoved ? .removedBefore : isNew ? .accepted : .alreadyHeld, copies: held)
        }
        guard Int(held) + outstanding.nonzeroBitCount < Int(needed) else { return .wait }
        submission = nil
        return .answer(refusal ?? .tooFewMembers, copies: held)
    }

    private func bit(of link: LinkID) -> UInt8? {
        for index in 0..<linkCount where links[index] == link.rawValue {
            let bit: UInt8 = 1 << UInt8(index)
            return outstanding & bit != 0 ? bit : nil
        }
        return nil
    }

    private mutating func settle(_ bit: UInt8, _ status: DeliveryStatus) {
        outstanding &= ~bit
        guard status.isAccepted else {
            // What the sender can do something about weighs more than what another member might not repeat.
            guard refusal?.mayBeTakenElsewhere ?? true else { return }
            refusal = status == .notInSet || status == .unreachable ? .tooFewMembers : status
            return
        }
        held += 1
        if status == .accepted { isNew = true }
        if status == .removedBefore { isRemoved = true }
    }
}
