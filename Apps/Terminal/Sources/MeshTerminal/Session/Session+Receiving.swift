import Logging
import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire
import NIOCore

extension Session {
    /// Takes in what nodes delivered: opened, recorded, and only then acknowledged. What can't be opened is discarded.
    func receive(_ deliveries: [InboundDelivery]) throws {
        guard !deliveries.isEmpty, let network else { return }
        var opened: [(delivery: InboundDelivery, message: OpenedEnvelope)] = []
        var answers: [DeliveryAnswer] = []
        for delivery in deliveries {
            do {
                let message = try open(delivery, network)
                if delivery.isEphemeral { takeHint(message) } else { opened.append((delivery, message)) }
            } catch {
                guard !delivery.isEphemeral else { continue }
                refusals.append("a message that \(delivery.node) delivered was thrown away: \(error)")
                answers.append(DeliveryAnswer(delivery.id, .discard(discard(delivery.id, network))))
            }
        }
        let known = try record(opened.map(\.message))
        answers += zip(opened, known).map { opened, isKnown in
            DeliveryAnswer(
                opened.delivery.id, .acknowledge(opened.message.acknowledgementSecret), isKnown: isKnown)
        }
        if !answers.isEmpty { client?.answer(answers) }
    }

    private func open(_ delivery: InboundDelivery, _ network: NetworkID) throws(EnvelopeError) -> OpenedEnvelope {
        try Envelope.open(
            [UInt8](delivery.submission.envelope.readableBytesView), recipient: account.identity, network: network,
            acknowledgementHash: delivery.submission.acknowledgementHash, recallHash: delivery.submission.recallHash)
    }

    private func discard(_ id: SubmissionID, _ network: NetworkID) -> Bytes64 {
        account.identity.sign(Discard.signed(id, network: network), context: Discard.context)
    }

    /// - Returns: of each, whether it was recorded before.
    private func record(_ messages: [OpenedEnvelope]) throws -> [Bool] {
        guard !messages.isEmpty else { return [] }
        let outcome = try store.receive(messages.map { IncomingMessage($0) }, now: now)
        note(outcome.changes)
        for (message, result) in zip(messages, outcome.results) {
            switch result {
            case .typing(let sentAt): typing.append(TypingSign(sender: message.sender, sentAtMilliseconds: sentAt))
            case .ignored(.undecodable(let error)):
                refusals.append("a message of \(message.sender) can't be shown: \(error)")
            case .ignored(let reason): logger.debug("message \(message.innerID) was ignored: \(reason)")
            case .recorded, .receipt: break
            }
        }
        return outcome.results.map { if case .ignored(.duplicate) = $0 { true } else { false } }
    }

    /// What is stored nowhere can only hint that somebody writes; anything else has to come the proper way.
    private func takeHint(_ message: OpenedEnvelope) {
        guard case .typing = try? ChatMessage(decoding: message.body).event else { return }
        typing.append(TypingSign(sender: message.sender, sentAtMilliseconds: message.sentAtMilliseconds))
    }
}
