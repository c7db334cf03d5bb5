import MeshRing
import Logging
import MeshChat
import MeshClientCore
import MeshCrypto
import MeshTransport
import MeshWire

/// The core client over real links.
final class CoreNetworkClient: NetworkClient {
    private let client: CoreClient
    private let sink: @Sendable (NetworkEvent) -> Void

    /// - Parameters:
    ///   - isReceiver: whether this process holds the receiver's lock, and so keeps the state for all.
    init(
        _ account: Account, mode: ClientConfiguration.Mode, isReceiver: Bool, logger: Logger,
        sink: @escaping @Sendable (NetworkEvent) -> Void
    ) throws {
        let file = NetworkFile(home: account.home)
        let state = try file.load()
        if let network = state?.roster?.parameters.id { sink(.network(network)) }
        let starts = try StartAddresses(of: account.home).list
        guard state?.roster != nil || !starts.isEmpty else { throw TerminalFailure.noNodeKnown }
        let configuration = ClientConfiguration(
            user: account.identity.id, mode: mode, startAddresses: starts, software: TerminalVersion.software)
        self.sink = sink
        client = try CoreClient(identity: account.identity, configuration: configuration, state: state) { state in
            do { try file.save(state, isReceiver: isReceiver) } catch {
                logger.error("what was learned about the network could not be kept: \(error)")
            }
            if let network = state.roster?.parameters.id { sink(.network(network)) }
        }
    }

    func start() {
        let (outputs, sink) = (client.outputs, sink)
        Task {
            for await output in outputs { sink(NetworkEvent(output)) }
        }
        client.start()
    }

    func submit(
        _ submission: Submission, timeoutMilliseconds: UInt64
    ) async throws(SubmitFailure) -> Acceptance {
        let accepted = try await client.submit(submission, timeoutMilliseconds: timeoutMilliseconds)
        let custody = Custody(held: UInt8(clamping: accepted.copies), replicas: UInt8(clamping: accepted.replicas))
        return Acceptance(custody: custody, receipts: accepted.receipts)
    }

    func recall(
        _ secret: DisclosedSecret, from recipient: UserID, timeoutMilliseconds: UInt64
    ) async -> RecallReport {
        await client.recall(secret, from: recipient, timeoutMilliseconds: timeoutMilliseconds)
    }

    func answer(_ answers: [DeliveryAnswer]) { client.answer(answers) }
    func sendEphemeral(_ submission: Submission) { client.sendEphemeral(submission) }
    func roster() async -> ClientRoster { await client.roster() }
    func stop() async { await client.stop() }
}

extension NetworkEvent {
    init(_ output: CoreClient.Output) {
        switch output {
        case .delivery(let delivery):
            self = .delivery(
                InboundDelivery(
                    id: delivery.id, submission: delivery.submission, node: delivery.node,
                    isEphemeral: delivery.isEphemeral))
        case .custody(let id, let receipt): self = .custody(id, receipt)
        case .fetchedAll(let report): self = .fetchedAll(FetchSummary(report))
        case .notice(let notice): self = .notice(notice)
        case .ended(let end): self = .ended(end)
        }
    }
}

extension FetchSummary {
    init(_ report: FetchReport) {
        let nodes = report.unreached.map { "\($0.node): \($0.failure.map { "\($0)" } ?? "unknown")" }
        let starts = report.failedStarts.map { "\($0.address): \($0.reason)" }
        self.init(reached: report.reached.count, failures: nodes + starts)
    }
}

extension TerminalFailure {
    /// There is nobody to ask.
    static let noNodeKnown = TerminalFailure(
        .configuration, "this account knows no node yet", hint: "add one with \u{ab}mesh node add HOST:PORT\u{bb}")
}
