import MeshChat
import MeshChatStore
import MeshCrypto
import MeshWire

extension Session {
    /// How long nodes keep a message at most, in seconds: what they allow less an hour, so that a clock that is fast
    /// by less than that does no harm.
    static let lifetimeSeconds = ChatLimits.outboxSeconds - 3_600

    /// Seals a draft for the network that this account belongs to, which must be known.
    func seal(_ draft: ChatDraft) throws -> OutgoingSubmission {
        let (sealed, submission) = try seal(
            draft.body, for: draft.recipient, lifetimeSeconds: Self.lifetimeSeconds)
        return OutgoingSubmission(
            id: submission.id, sealed: sealed, recipient: draft.recipient, expirySeconds: submission.expirySeconds,
            envelopeHash: submission.header.envelopeHash)
    }

    /// Seals what is kept nowhere.
    func ephemeral(_ message: ChatMessage, for recipient: UserID, lifetimeSeconds: UInt32) throws -> Submission {
        try seal(message.encoded, for: recipient, lifetimeSeconds: lifetimeSeconds).submission
    }

    private func seal(
        _ body: [UInt8], for recipient: UserID, lifetimeSeconds: UInt32
    ) throws -> (sealed: SealedEnvelope, submission: Submission) {
        guard let network else { throw TerminalFailure.networkUnknown }
        let sealed = try Envelope.seal(
            body: body, from: account.identity, to: recipient, network: network, sentAtMilliseconds: now)
        let submission = try Submission(
            recipient: recipient, expirySeconds: UInt32(clamping: now / 1_000) + lifetimeSeconds,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash, envelope: sealed.bytes)
        return (sealed, submission)
    }
}

extension TerminalFailure {
    /// A message is sealed for one network, and this home has met none.
    static let networkUnknown = TerminalFailure(
        .tryAgain, "the network is not known yet, because no node has been reached; nothing was kept",
        hint: "try again when a start address answers, or add one with \u{ab}mesh node add HOST:PORT\u{bb}")
}
