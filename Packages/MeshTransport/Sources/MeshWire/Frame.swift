public import MeshCrypto
public import NIOCore

/// One message of core protocol 1 between two ends of a link.
///
/// Layout of each case's payload: `PROTOCOL.md`, section Frames.
public enum Frame: Equatable, Sendable {
    case hello(Hello)
    case ping(UInt64)
    case pong(UInt64)
    /// More envelope bytes that the other end may send.
    case credit(bytes: UInt32)
    case goodbye(Goodbye)
    case rosterRequest(RosterRequest)
    case rosterPage(RosterPage)
    case records([RosterEntry])
    /// The sender's roster digest has changed to this (16 bytes); who has another one asks for the roster.
    case digest(Bytes16)
    /// What one node's membership tells another's: at most 1,200 bytes that `MeshRing` reads.
    case membership(ByteBuffer)
    case submit(Submit)
    case submitted(Submitted)
    case fetch(Fetch)
    case fetched(Fetched)
    case deliver(Deliver)
    /// Secrets from inside opened envelopes, of the link's own messages.
    case acknowledge([DisclosedSecret])
    case discard([Discard])
    case removed([Removed])
    /// A submission that is relayed to whoever is online and stored nowhere; it is never answered.
    case ephemeral(Submission)
    case recall(Recall)
    case recalled(Recalled)
    case contents(Contents)
    case contentsPage(ContentsPage)
    /// Asks for messages of the link's own queue by their ids; those that are held are delivered, then comes `fetched`.
    case fetchThese(IDRequest)
    /// Asks for the receipts that a node has of these messages, its own or others'; then comes `fetched`.
    case receiptsOf(IDRequest)
    /// A node's signed word on messages of the receiver; comes before the answer that rests on it.
    case receipt(CustodyReceipt)
    case forward(Forward)
    case forwarded(Forwarded)
    case replicate(Replicate)
    case replicated(ReplicaAnswer)
    case remove(Remove)
    case removeDone(ReplicaAnswer)
    case compare(Compare)
    case differ(Differ)
    case offer(Offer)
    case wanted(Wanted)

    /// Its first byte's meaning.
    public var type: FrameType {
        switch self {
        case .hello: .hello
        case .ping: .ping
        case .pong: .pong
        case .credit: .credit
        case .goodbye: .goodbye
        case .rosterRequest: .rosterRequest
        case .rosterPage: .rosterPage
        case .records: .records
        case .digest: .digest
        case .membership: .membership
        case .submit: .submit
        case .submitted: .submitted
        case .fetch: .fetch
        case .fetched: .fetched
        case .deliver: .deliver
        case .acknowledge: .acknowledge
        case .discard: .discard
        case .removed: .removed
        case .ephemeral: .ephemeral
        case .recall: .recall
        case .recalled: .recalled
        case .contents: .contents
        case .contentsPage: .contentsPage
        case .fetchThese: .fetchThese
        case .receiptsOf: .receiptsOf
        case .receipt: .receipt
        case .forward: .forward
        case .forwarded: .forwarded
        case .replicate: .replicate
        case .replicated: .replicated
        case .remove: .remove
        case .removeDone: .removeDone
        case .compare: .compare
        case .differ: .differ
        case .offer: .offer
        case .wanted: .wanted
        }
    }
}

extension Frame {
    /// What this frame takes of the credit: the bytes of its payload, 0 for frames that are free.
    public var meteredBytes: UInt32 {
        switch self {
        case .submit(let submit): UInt32(submit.submission.encodedSize) + 4 + 16 + 1
        case .forward(let forward): UInt32(forward.submission.encodedSize) + 8 + 16 + 1
        case .replicate(let replicate): UInt32(replicate.submission.encodedSize) + 8 + 16 + 1
        case .deliver(let deliver): UInt32(deliver.submission.encodedSize) + 1
        case .ephemeral(let submission): UInt32(submission.encodedSize)
        default: 0
        }
    }
}
