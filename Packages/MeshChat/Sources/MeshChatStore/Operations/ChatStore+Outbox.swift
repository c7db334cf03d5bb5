import Foundation
import GRDB
public import MeshChat
public import MeshCrypto

extension ChatStore {
    /// What is neither accepted nor given up, in the order in which it was put in; for ``Outbox/add(_:now:)`` and for a
    /// list.
    public func outboxItems() throws(ChatStoreError) -> [OutboxItem] {
        try read { try $0.outboxRows(finalToo: false).map(\.item) }
    }

    /// The very bytes that were sealed, for every try; nil once the submission is final.
    public func submission(_ id: SubmissionID) throws(ChatStoreError) -> OutgoingSubmission? {
        try read { transaction in
            guard let row = try transaction.outboxRow(id), let envelope = try transaction.envelope(of: row) else {
                return nil
            }
            return row.record.submission(envelope: envelope)
        }
    }

    /// Keeps what ``OutboxAction/keep(_:)`` says, all of it in one transaction, and moves the messages on that were
    /// accepted or given up. What is final stays final, and loses its envelope; the secret for a recall stays.
    /// - Returns: the messages that moved on.
    public func keep(_ items: [OutboxItem]) throws(ChatStoreError) -> [MessageProgress] {
        try writePlainly { transaction in
            for item in items { try transaction.keep(item) }
            return transaction.changes.progress
        }
    }

    /// What is needed to call a message back: one for each time it was sealed.
    public func recalls(of id: InnerID, to recipient: UserID) throws(ChatStoreError) -> [Recall] {
        try read { transaction in
            try transaction.outboxRows(message: transaction.ownTag(id, to: recipient)).map { row in
                Recall(
                    id: row.record.id, recipient: row.record.recipient, secret: row.record.recallSecret,
                    expirySeconds: row.record.expirySeconds, flags: row.record.flags,
                    acknowledgementHash: row.record.acknowledgementHash, envelopeHash: row.record.envelopeHash)
            }
        }
    }

    /// Forgets final submissions that no node holds any more. Worth a call at each start.
    /// - Returns: how many were forgotten.
    public func discardExpired(now: UInt64) throws(ChatStoreError) -> Int {
        try writePlainly { transaction in
            let expired = try transaction.outboxRows(finalToo: true).filter {
                $0.record.state.isFinal && UInt64($0.record.expirySeconds) * 1_000 <= now
            }
            for row in expired { try transaction.delete(row) }
            return expired.count
        }
    }
}

extension ChatTransaction {
    func keep(_ item: OutboxItem) throws {
        guard var row = try outboxRow(item.id), !row.record.state.isFinal else { return }
        row.record.state = item.state
        try save(row)
        guard let peer = try peer(row.record.recipient) else { return }
        switch item.state {
        case .accepted(let custody):
            // A receipt may have been faster than the answer.
            let held = try custodyRow(item.id)?.record.held ?? 0
            let known = Custody(held: max(held, custody.held), replicas: custody.replicas)
            try advance(row.record.innerID, to: .accepted, peer, custody: known)
        case .failed: try advance(row.record.innerID, to: .failed, peer, custody: nil)
        case .queued, .submitted: break
        }
    }
}
