public import MeshCrypto

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
    case submit(Submit)
    case submitted(Submitted)
    case fetch(Fetch)
    case fetched(Fetched)
    case deliver(Deliver)
    case acknowledge([Acknowledgement])
    case discard([Discard])
    case removed([Removed])
    /// A submission that is relayed to whoever is online and stored nowhere; it is never answered.
    case ephemeral(Submission)
    case forward(Forward)
    case forwarded(Forwarded)

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
        case .submit: .submit
        case .submitted: .submitted
        case .fetch: .fetch
        case .fetched: .fetched
        case .deliver: .deliver
        case .acknowledge: .acknowledge
        case .discard: .discard
        case .removed: .removed
        case .ephemeral: .ephemeral
        case .forward: .forward
        case .forwarded: .forwarded
        }
    }
}
