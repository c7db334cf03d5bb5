import MeshChat
import MeshChatStore
import MeshCrypto

/// Somebody who writes to the user of the store under test.
struct Peer {
    let id: UserID
    var conversation: Conversation
    var start = SendingStart(generation: 1, freshEpoch: .random(in: 1...UInt64.max))

    init(_ number: UInt8) {
        id = Peer.id(number)
        conversation = Conversation(with: Peer.id(0))
    }

    /// Ids for stores: nothing there checks keys.
    static func id(_ number: UInt8) -> UserID {
        UserID(trusted: Bytes32([UInt8](repeating: number, count: 32))!)
    }

    mutating func message(_ event: ChatEvent, sentAt: UInt64 = 0, id: InnerID = .random()) throws -> IncomingMessage {
        let body = try conversation.onSend(event, in: start).message.encoded
        return IncomingMessage(sender: self.id, id: id, sentAtMilliseconds: sentAt, body: body)
    }

    mutating func text(_ text: String, sentAt: UInt64 = 0) throws -> IncomingMessage {
        try message(.text(text), sentAt: sentAt)
    }
}

/// Seals nothing, and remembers what it was given.
final class Recorder {
    private(set) var drafts: [ChatDraft] = []

    func seal(_ draft: ChatDraft) -> OutgoingSubmission {
        drafts.append(draft)
        return submission(for: draft)
    }

    var messages: [ChatMessage] {
        get throws { try drafts.map { try ChatMessage(decoding: $0.body) } }
    }
}

func submission(for draft: ChatDraft, expirySeconds: UInt32 = 4_000_000_000) -> OutgoingSubmission {
    let recall = ProofSecret.random()
    return OutgoingSubmission(
        id: SubmissionID(.random()), recipient: draft.recipient, innerID: .random(), expirySeconds: expirySeconds,
        flags: 0, acknowledgementHash: ProofSecret.random().hash, recallHash: recall.hash, recallSecret: recall,
        envelope: [UInt8](repeating: 7, count: 512))
}

/// Fails, as a sealer may.
struct SealingFailed: Error {}
