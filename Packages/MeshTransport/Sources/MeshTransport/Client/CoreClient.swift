public import MeshClientCore
public import MeshCrypto
public import MeshWire
public import NIOCore
public import NIOPosix

/// A client of the core protocol: finds its network from any one address, keeps to its residence, hands in messages and
/// brings those that arrive. What is inside the envelopes is the app's affair.
///
/// A thin shell around ``ClientCore``, which decides everything: this gives it links, time and a random seed. Any thread
/// may call anything.
public final class CoreClient: Sendable {
    /// What comes out, besides the answers of calls.
    public enum Output: Sendable {
        /// A message. Unless it is ephemeral, answer it with ``CoreClient/answer(_:)`` after your own durable write.
        case delivery(Delivery)
        /// Another member has proven that it holds a message that was accepted before.
        case custody(SubmissionID, CustodyReceipt)
        /// Mode `.once`: everything reachable has been fetched.
        case fetchedAll(FetchReport)
        /// Something that people or logs should know.
        case notice(ClientNotice)
        /// The last output.
        case ended(ClientEnd)
    }

    /// Everything that comes out, in order, to one reader. Not bounded by itself: credit bounds the deliveries.
    public let outputs: AsyncStream<Output>
    private let driver: CoreClientDriver

    /// A client that does nothing yet.
    ///
    /// - Parameters:
    ///   - identity: whose messages are received; its id is the configuration's user.
    ///   - configuration: what the client is to do.
    ///   - state: what an earlier client wanted kept.
    ///   - group: one of its event loops runs the client. It must outlive it.
    ///   - persist: keeps the state for the next client, replacing what was kept; called on the client's event loop.
    public init(
        identity: UserIdentity, configuration: ClientConfiguration, state: ClientState? = nil,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        persist: @escaping @Sendable (ClientState) -> Void
    ) throws(ClientConfigurationError) {
        precondition(identity.id == configuration.user, "the identity is another one than the configuration's user")
        var generator = SystemRandomNumberGenerator()
        let core = try ClientCore(configuration: configuration, state: state, seed: generator.next())
        let (outputs, continuation) = AsyncStream.makeStream(of: Output.self)
        self.outputs = outputs
        driver = CoreClientDriver(core, identity, group.next(), outputs: continuation, persist: persist)
    }

    /// Begins; once.
    public func start() { driver.post(.start) }

    /// Hands in a message and waits for its one answer: who holds it, or why nobody does.
    /// - Parameter timeoutMilliseconds: how long to wait at most; `.max` waits for ever. A submission that times
    ///   out may have been accepted all the same; submitting it again is harmless.
    public func submit(
        _ submission: Submission, timeoutMilliseconds: UInt64
    ) async throws(SubmitFailure) -> SubmitAcceptance {
        let driver = driver
        let result: Result<SubmitAcceptance, SubmitFailure> = await withCheckedContinuation { continuation in
            driver.submit(submission, timeoutMilliseconds: timeoutMilliseconds) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Asks every node of the recipient's set to delete a message of ours, and waits for what each of them says.
    /// - Parameter timeoutMilliseconds: how long to wait at most; nodes that haven't answered by then are reported so.
    public func recall(
        _ secret: DisclosedSecret, from recipient: UserID, timeoutMilliseconds: UInt64
    ) async -> RecallReport {
        let driver = driver
        return await withCheckedContinuation { continuation in
            driver.recall(secret, from: recipient, timeoutMilliseconds: timeoutMilliseconds) {
                continuation.resume(returning: $0)
            }
        }
    }

    /// Says what is to become of delivered messages. Answers of one call travel together.
    public func answer(_ answers: [DeliveryAnswer]) { driver.post(.answers(answers)) }

    /// Sends to whoever is online; never answered, dropped where it can't go at once.
    public func sendEphemeral(_ submission: Submission) { driver.post(.ephemeral(submission)) }

    /// The nodes as this client sees them, asked for anew where a link is there.
    public func roster() async -> ClientRoster {
        let driver = driver
        return await withCheckedContinuation { continuation in
            driver.roster { continuation.resume(returning: $0) }
        }
    }

    /// Ends: links are closed with a goodbye, what waits fails with `.stopped`. Returns when nothing is left open.
    public func stop() async { await driver.stop() }
}
