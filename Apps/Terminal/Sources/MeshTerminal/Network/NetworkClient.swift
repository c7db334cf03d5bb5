import MeshChat
import MeshClientCore
import MeshCrypto
import MeshWire

/// What a session needs of the core client: the seam at which tests put a scripted one.
protocol NetworkClient: Sendable {
    /// Begins; once.
    func start()
    /// Hands in a message and waits for the answer.
    func submit(
        _ submission: Submission, timeoutMilliseconds: UInt64
    ) async throws(SubmitFailure) -> Acceptance
    /// Shows a secret to all nodes that may hold a message, and waits for what they say.
    func recall(_ secret: DisclosedSecret, from recipient: UserID, timeoutMilliseconds: UInt64) async -> RecallReport
    /// Says what is to become of delivered messages.
    func answer(_ answers: [DeliveryAnswer])
    /// Sends to whoever is online, or not at all.
    func sendEphemeral(_ submission: Submission)
    /// The nodes, asked for anew where there is a link.
    func roster() async -> ClientRoster
    /// Ends; returns when nothing is left open.
    func stop() async
}

/// Makes a client that tells what happens to `sink`, in order.
typealias NetworkClientFactory =
    (ClientConfiguration.Mode, _ sink: @escaping @Sendable (NetworkEvent) -> Void) throws -> any NetworkClient

/// What comes from the network, besides the answers of calls.
enum NetworkEvent: Sendable {
    /// The network is known from now on.
    case network(NetworkID)
    case delivery(InboundDelivery)
    /// Another member has proven that it holds a message that was accepted before.
    case custody(SubmissionID, CustodyReceipt)
    /// Everything reachable has been fetched.
    case fetchedAll(FetchSummary)
    case notice(ClientNotice)
    /// The last one.
    case ended(ClientEnd)
}

/// A message that the network holds.
struct Acceptance: Sendable {
    /// How many of how many nodes have signed for it.
    let custody: Custody
    /// What they have signed; verified.
    let receipts: [CustodyReceipt]
}

/// A message that a node delivered.
struct InboundDelivery: Sendable {
    let id: SubmissionID
    let submission: Submission
    let node: NodeID
    let isEphemeral: Bool
}

/// What a fetch from all members came to.
struct FetchSummary: Equatable, Sendable {
    /// How many nodes are known to be empty now.
    var reached: Int
    /// In words, one a node that may hold more, or a start address that led nowhere.
    var failures: [String]
}
