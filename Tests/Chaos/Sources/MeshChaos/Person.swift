import Glibc
import MeshChat
import MeshClientCore
import MeshCrypto
import MeshTransport
import MeshWire
import NIOCore
import Synchronization

/// Somebody who receives all the time and writes to others: the client core and the conversations that `mesh` has, in
/// memory, so that fifty of them fit into one process.
final class Person: Sendable {
    let number: Int
    let identity: UserIdentity
    let network: NetworkID
    private let client: CoreClient
    private let tally: Tally
    private let state: Mutex<State>

    private struct State {
        var conversations = Conversations()
        let start: SendingStart
        /// What was recorded and isn't shown yet.
        var texts: [InnerID: String] = [:]
        /// What its client said lately, for whoever looks for a fault.
        var notices: [String] = []
    }

    init(_ number: Int, _ identity: UserIdentity, network: NetworkID, join: [StartAddress], _ tally: Tally) throws {
        (self.number, self.identity, self.network, self.tally) = (number, identity, network, tally)
        state = Mutex(State(start: SendingStart(generation: 1, freshEpoch: UInt64.random(in: 1...UInt64.max))))
        let configuration = ClientConfiguration(
            user: identity.id, mode: .follow, startAddresses: join, software: "mesh-chaos")
        client = try CoreClient(identity: identity, configuration: configuration, persist: { _ in })
    }

    /// Receives until it is stopped.
    func run(_ people: [UserID: Int], tellReady: @escaping @Sendable () -> Void) async {
        client.start()
        for await output in client.outputs {
            if case .notice(let notice) = output { note("\(notice)") }
            switch output {
            case .delivery(let delivery) where !delivery.isEphemeral: onDelivery(delivery, people)
            case .notice(.connected(_, _, isMember: true)): tellReady()
            case .notice(.unproven): tally.onUnproven()
            default: break
            }
        }
    }

    func stop() async { await client.stop() }

    /// The last things that its client said.
    var notices: [String] { state.withLock(\.notices) }

    private func note(_ notice: String) {
        state.withLock {
            $0.notices.append("\(Self.now) \(notice.prefix(300))")
            if $0.notices.count > 30 { $0.notices.removeFirst() }
        }
    }

    /// Gaps are shown as such when they have been waited for.
    func tick(_ people: [UserID: Int]) {
        let now = Self.now
        for (peer, effects) in state.withLock({ $0.conversations.onTick(now: now) }) {
            show(effects, from: peer, people)
        }
    }

    private func onDelivery(_ delivery: Delivery, _ people: [UserID: Int]) {
        let submission = delivery.submission
        guard
            let opened = try? Envelope.open(
                [UInt8](submission.envelope.readableBytesView), recipient: identity, network: network,
                acknowledgementHash: submission.acknowledgementHash, recallHash: submission.recallHash)
        else {
            let signed = Discard.signed(delivery.id, network: network)
            return client.answer([.init(delivery.id, .discard(identity.sign(signed, context: Discard.context)))])
        }
        let effects = state.withLock { $0.conversations.onReceived(IncomingMessage(opened), now: Self.now) }
        show(effects, from: opened.sender, people)
        client.answer([.init(delivery.id, .acknowledge(opened.acknowledgementSecret))])
    }

    private func show(_ effects: [ConversationEffect], from sender: UserID, _ people: [UserID: Int]) {
        for effect in effects {
            switch effect {
            case .record(let arrival, let message):
                if case .text(let text) = message.event { state.withLock { $0.texts[arrival.id] = text } }
            case .show(let id, _, _):
                guard let text = state.withLock({ $0.texts.removeValue(forKey: id) }),
                    let number = text.split(separator: " ").first.flatMap({ Int($0) }), let from = people[sender]
                else { continue }
                tally.onShown(Tally.Lane(from: from, to: self.number), number)
            default: break
            }
        }
    }

    /// Writes one message, and hands in the same bytes until they are accepted.
    func send(_ text: String, number: Int, to recipient: Person) async throws {
        let outgoing = try state.withLock { state in
            try state.conversations.onSend(.text(text), to: recipient.identity.id, in: state.start)
        }
        let begin = Self.now
        let sealed = try Envelope.seal(
            body: outgoing.message.encoded, from: identity, to: recipient.identity.id, network: network,
            sentAtMilliseconds: begin)
        let submission = try Submission(
            recipient: recipient.identity.id, expirySeconds: UInt32(begin / 1_000) + 86_400,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash, envelope: sealed.bytes)
        tally.onSent()
        while !Task.isCancelled {
            do throws(SubmitFailure) {
                _ = try await client.submit(submission, timeoutMilliseconds: 15_000)
                let lane = Tally.Lane(from: self.number, to: recipient.number)
                return tally.onAccepted(lane, number, milliseconds: Int(Self.now - begin))
            } catch {
                guard error.isTemporary else { throw error }
                tally.onRetry()
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }
}
