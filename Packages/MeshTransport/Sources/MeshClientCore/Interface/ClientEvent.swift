public import MeshCrypto
public import MeshRing
public import MeshWire

/// What comes into the core. Times are milliseconds since 1970 on the clock that ``ClientCore/handle(_:now:into:)`` gets.
public enum ClientEvent: Sendable {
    /// Begin: the first event. Anything before it is ignored.
    case start
    /// A dial has succeeded: the handshake is done, the other end has proven to be `node` and announced its network.
    /// If the dial named a node or a network, the shell has compared them already and reports ``dialFailed(_:_:)`` where
    /// they differ. From here on frames may come.
    case linkOpened(ClientLinkID, node: NodeID, parameters: NetworkParameters)
    /// A dial has failed; its link id is used up.
    case dialFailed(ClientLinkID, DialFailure)
    /// Frames of a link, in order: any number of link messages' frames at once.
    case frames(ClientLinkID, [Frame])
    /// A link message wasn't made of frames. The core closes the link.
    case malformed(ClientLinkID, FrameError)
    /// A link is gone, by the peer's doing or the network's. Not needed after ``ClientEffect/close(_:_:)``.
    case linkClosed(ClientLinkID, LinkLoss)
    /// Hand in a message. The answer is exactly one ``ClientEffect/submitted(_:_:)`` with this token, at the deadline at
    /// the latest. A token in use must not be used again (precondition).
    case submit(SubmitToken, Submission, deadline: UInt64)
    /// Forget a submission: no ``ClientEffect/submitted(_:_:)`` follows. It may have been accepted all the same.
    case cancelSubmit(SubmitToken)
    /// Ask every node of the recipient's set to delete a message of ours that nobody fetched yet. The answer is exactly one
    /// ``ClientEffect/recalled(_:_:)`` with this token, at the deadline at the latest.
    case recall(RecallToken, recipient: UserID, secret: DisclosedSecret, deadline: UInt64)
    /// The app's answers to deliveries that are not ephemeral, after its own durable write. One call's answers travel
    /// together: hand over batches.
    case answers([DeliveryAnswer])
    /// Relay to whoever is online, without an answer: dropped unless a link is ready and its credit suffices.
    case ephemeral(Submission)
    /// Asks for ``ClientEffect/roster(_:)``, fetched anew where a link is there.
    case rosterWanted
    /// Time has passed: send it when ``ClientCore/nextDeadline`` is reached. Early or late ticks are harmless.
    case tick
    /// End: links are closed, submissions fail with ``SubmitFailure/stopped``, ``ClientEffect/ended(_:)`` follows.
    case stop
}

/// One attempt to dial, and the link that comes of it: chosen by the core, never used twice.
public struct ClientLinkID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Counted from 1.
    public let number: UInt64

    init(_ number: UInt64) { self.number = number }

    /// Order of the numbers: that of the dials.
    public static func < (left: ClientLinkID, right: ClientLinkID) -> Bool { left.number < right.number }

    /// For logs.
    public var description: String { "link \(number)" }
}

/// A submission as its caller knows it.
public struct SubmitToken: Hashable, Sendable {
    /// Any number that the caller doesn't use for another submission at the time.
    public let number: UInt64

    /// Takes any number.
    public init(_ number: UInt64) { self.number = number }
}

/// Why a dial came to nothing.
public enum DialFailure: Error, Hashable, Sendable {
    /// No connection: refused, no route, no such name; the system's words.
    case unreachable(String)
    /// No answer in time.
    case timedOut
    /// The other end proved another id than the expected one.
    case wrongNode(got: NodeID)
    /// The other end announced another network than the expected one.
    case foreignNetwork(NetworkID)
    /// The upgrade or the handshake failed; in words.
    case handshake(String)
}

extension DialFailure: CustomStringConvertible {
    /// What happened.
    public var description: String {
        switch self {
        case .unreachable(let detail): "could not be reached: \(detail)"
        case .timedOut: "did not answer in time"
        case .wrongNode(let got): "another node answered: \(got)"
        case .foreignNetwork(let network): "belongs to another network: \(network)"
        case .handshake(let detail): "the handshake failed: \(detail)"
        }
    }
}

/// How a link ended that the core didn't close.
public enum LinkLoss: Hashable, Sendable {
    /// The peer closed it without a goodbye.
    case closedByPeer
    /// The connection broke; the system's words.
    case failed(String)
}

extension LinkLoss: CustomStringConvertible {
    /// What happened.
    public var description: String {
        switch self {
        case .closedByPeer: "closed by the other end"
        case .failed(let detail): "the connection broke: \(detail)"
        }
    }
}

/// What the app says to a delivered message.
public struct DeliveryAnswer: Hashable, Sendable {
    /// What is to become of the message.
    public enum Verdict: Hashable, Sendable {
        /// It is on the app's own disk: remove it, with the secret that stood inside the envelope.
        case acknowledge(ProofSecret)
        /// It can't be opened: remove it, by the recipient's signature (`Discard.signed(_:network:)`).
        case discard(Bytes64)
        /// Neither: the node keeps it and delivers it again on a later fetch.
        case ignore
    }

    /// The delivered submission.
    public let id: SubmissionID
    /// What is to become of it.
    public let verdict: Verdict
    /// Whether the app had it before, in this session or an earlier one: nobody is reproached then with not having
    /// delivered it.
    public let isKnown: Bool

    /// Takes them as they are.
    public init(_ id: SubmissionID, _ verdict: Verdict, isKnown: Bool = false) {
        self.id = id
        self.verdict = verdict
        self.isKnown = isKnown
    }
}
