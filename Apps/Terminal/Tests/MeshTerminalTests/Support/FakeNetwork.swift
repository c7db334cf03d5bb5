import MeshChat
import MeshClientCore
import MeshCrypto
import MeshWire
import Synchronization

@testable import MeshTerminal

/// A network of one node in memory: keeps submissions until they are acknowledged or discarded by proof.
final class FakeNetwork: Sendable {
    let id = NetworkID(Bytes32.random())
    let identity = NodeIdentity.generate()
    var node: NodeID { identity.id }
    private let state = Mutex(State())

    private struct State {
        var queue: [Submission] = []
        var submitted: [SubmissionID] = []
        var answers: [DeliveryAnswer] = []
        var ephemeral: [Submission] = []
        var answer: @Sendable (Submission) -> Result<Custody, SubmitFailure> = { _ in
            .success(Custody(held: 1, replicas: 1))
        }
        var isReachable = true
    }

    /// What is queued now.
    var queue: [Submission] { state.withLock { $0.queue } }
    /// Everything that was handed in, in order.
    var submitted: [SubmissionID] { state.withLock { $0.submitted } }
    var answers: [DeliveryAnswer] { state.withLock { $0.answers } }
    var ephemeral: [Submission] { state.withLock { $0.ephemeral } }

    /// Answers submissions in another way.
    func answer(_ body: @escaping @Sendable (Submission) -> Result<Custody, SubmitFailure>) {
        state.withLock { $0.answer = body }
    }

    /// Whether clients reach the node.
    func setReachable(_ isReachable: Bool) { state.withLock { $0.isReachable = isReachable } }
    fileprivate var isReachable: Bool { state.withLock { $0.isReachable } }

    /// Puts something into the queue without asking.
    func put(_ submission: Submission) { state.withLock { $0.queue.append(submission) } }

    fileprivate func submit(_ submission: Submission) -> Result<Custody, SubmitFailure> {
        state.withLock { state in
            state.submitted.append(submission.id)
            let result = state.answer(submission)
            let isNew = !state.queue.contains { $0.id == submission.id }
            if case .success = result, isNew { state.queue.append(submission) }
            return result
        }
    }

    fileprivate func take(_ answers: [DeliveryAnswer]) {
        state.withLock { state in
            state.answers += answers
            for answer in answers {
                state.queue.removeAll { submission in
                    guard submission.id == answer.id else { return false }
                    switch answer.verdict {
                    case .acknowledge(let secret): return secret.hash == submission.acknowledgementHash
                    case .discard(let signature):
                        let signed = Discard.signed(answer.id, network: id)
                        return submission.recipient.verifies(signature, of: signed, context: Discard.context)
                    case .ignore: return false
                    }
                }
            }
        }
    }

    /// Deletes what nobody has fetched, and signs for it.
    fileprivate func recall(_ id: SubmissionID) -> RecallReport {
        let wasHeld = state.withLock { state in
            defer { state.queue.removeAll { $0.id == id } }
            return state.queue.contains { $0.id == id }
        }
        let kind: CustodyEntry.Kind = wasHeld ? .recalled : .removed
        let ledger = CustodyLedger(
            [CustodyEntry(kind, id)], number: 1, timeMilliseconds: 1, network: self.id, by: identity)
        let receipt = ledger.receipt(for: 0..<1)
        return RecallReport(
            id: id, answers: [.init(node: node, outcome: wasHeld ? .recalled(receipt) : .opened(receipt))])
    }

    fileprivate func takeEphemeral(_ submission: Submission) { state.withLock { $0.ephemeral.append(submission) } }

    /// What makes clients of this network.
    func factory(for user: UserID) -> NetworkClientFactory {
        { mode, sink in FakeClient(network: self, user: user, mode: mode, sink: sink) }
    }
}

/// One client of a ``FakeNetwork``: delivers what is queued when it starts.
final class FakeClient: NetworkClient {
    let network: FakeNetwork
    let user: UserID
    let mode: ClientConfiguration.Mode
    let sink: @Sendable (NetworkEvent) -> Void

    init(
        network: FakeNetwork, user: UserID, mode: ClientConfiguration.Mode,
        sink: @escaping @Sendable (NetworkEvent) -> Void
    ) {
        self.network = network
        self.user = user
        self.mode = mode
        self.sink = sink
    }

    func start() {
        guard network.isReachable else {
            if mode == .once { sink(.fetchedAll(FetchSummary(reached: 0, failures: ["node1: refused"]))) }
            return
        }
        sink(.network(network.id))
        sink(.notice(.connected(network.node, isResidence: true, isMember: true)))
        guard mode != .submitOnly else { return }
        for submission in network.queue where submission.recipient == user { deliver(submission) }
        if mode == .once { sink(.fetchedAll(FetchSummary(reached: 1, failures: []))) }
    }

    /// Delivers out of turn.
    func deliver(_ submission: Submission, isEphemeral: Bool = false) {
        sink(
            .delivery(
                InboundDelivery(
                    id: submission.id, submission: submission, node: network.node, isEphemeral: isEphemeral)))
    }

    func submit(
        _ submission: Submission, timeoutMilliseconds: UInt64
    ) async throws(SubmitFailure) -> Acceptance {
        Acceptance(custody: try network.submit(submission).get(), receipts: [])
    }

    func recall(
        _ secret: DisclosedSecret, from recipient: UserID, timeoutMilliseconds: UInt64
    ) async -> RecallReport {
        network.recall(secret.recalled(from: recipient).id)
    }

    func answer(_ answers: [DeliveryAnswer]) { network.take(answers) }
    func sendEphemeral(_ submission: Submission) { network.takeEphemeral(submission) }
    func roster() async -> ClientRoster { ClientRoster(roster: nil, members: [], connected: nil, isFresh: false) }
    func stop() async { sink(.ended(.stopped)) }
}
