import MeshCrypto

// The store's answers to the right place.
extension QueueSync {
    mutating func onAnswered(_ token: UInt64, _ answer: StoreAnswer, now: Moment) {
        self.now = now
        guard let request = close(token) else { return }
        switch (request, answer) {
        case (.recipients, .recipients(let recipients, let next)): onRecipients(recipients, next)
        case (.recipients, _): onRecipientsFailed()
        case (.digests(let key), .digests(let digests)): onDigests(digests, key)
        case (.digests, _): onDigestsFailed()
        case (.tombstones, .tombstones(let page, let next)): onTombstones(page, next)
        case (.tombstones, _): onTombstonesFailed()
        case (.list(let recipient), _), (.read(let recipient, _, _), _), (.lookup(let recipient, _), _):
            guard jobs[recipient]?.open.remove(token) != nil else { break }
            onAnswered(recipient, request, answer)
        default: break
        }
        goOn()
    }

    private mutating func onAnswered(_ recipient: UserID, _ request: SyncRequest, _ answer: StoreAnswer) {
        switch (request, answer) {
        case (.list, .list(let messages, let hasMore)): onListing(recipient, messages, hasMore)
        case (.read(_, let ids, _), .messages(let messages, let examined)):
            onRead(recipient, ids, messages, examined)
        case (.lookup(_, let ids), .lookup(let states)): onLookup(recipient, ids, states)
        default: failJob(recipient)
        }
    }

    /// Which message a token of a release is about.
    func released(_ token: UInt64) -> SubmissionID? {
        guard case .release(_, let id) = requests[token] else { return nil }
        return id
    }

    mutating func onCommitted(_ token: UInt64, _ outcome: StoreOutcome, now: Moment) {
        self.now = now
        guard case .release(let recipient, _) = close(token), jobs[recipient]?.open.remove(token) != nil else { return }
        onReleased(recipient, isStable: outcome != .failed)
        goOn()
    }
}
