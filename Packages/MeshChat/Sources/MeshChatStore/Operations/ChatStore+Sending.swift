public import MeshChat
public import MeshCrypto
import Synchronization

extension ChatStore {
    /// Puts a text into the history and, sealed, into the outbox. Whom it is for need not be a contact.
    /// - Parameters:
    ///   - text: 1…``ChatLimits/textBytes`` bytes of UTF-8.
    ///   - now: milliseconds since 1970.
    ///   - seal: seals the message for its recipient.
    /// - Throws: ``ChatSendError``; no place in the order is used up then.
    public func sendText(
        _ text: String, to recipient: UserID, now: UInt64, seal: Sealer
    ) throws(ChatSendError) -> SentMessage {
        try send(.text(text), to: recipient, now: now, seal: seal)
    }

    /// Puts the user's present profile for one person into the outbox, and remembers that it was sent.
    public func sendProfile(to recipient: UserID, now: UInt64, seal: Sealer) throws(ChatSendError) -> SentMessage {
        try send(nil, to: recipient, now: now, seal: seal)
    }

    /// - Parameter event: nil for the own profile, which is looked up in the same transaction.
    private func send(
        _ event: ChatEvent?, to recipient: UserID, now: UInt64, seal: Sealer
    ) throws(ChatSendError) -> SentMessage {
        let begins = hasBegun.withLock { !$0 }
        let sent = try writeSending { transaction in
            var peer = try transaction.peerOrNew(recipient)
            let own = try transaction.ownProfile()
            if event == nil { peer.person.sentProfileRevision = own.revision }
            let start = SendingStart(
                generation: try transaction.generation(begins: begins), freshEpoch: options.random())
            let message = try peer.conversation.onSend(event ?? .profile(own.profile), in: start)
            let sent = try transaction.send(message, to: peer, now: now, seal: seal)
            try transaction.save(peer)
            return sent
        }
        hasBegun.withLock { $0 = true }
        return sent
    }

    /// Writes where the chat protocol and the sealer can refuse as well.
    func writeSending<Value>(_ body: (ChatTransaction) throws -> Value) throws(ChatSendError) -> Value {
        do { return try write(body) } catch let error as ChatSendError {
            throw error
        } catch let error as ChatMessageError {
            throw .refused(error)
        } catch {
            throw .store(ChatStoreError(error, path: path, waited: options.busyMilliseconds))
        }
    }
}

extension ChatTransaction {
    /// The number of the present start. A process that sends for the first time begins a new one; those that run
    /// beside it go on with it as well, so that all processes on one home make one chain of epochs.
    func generation(begins: Bool) throws -> UInt64 {
        let last = try meta(.generation) { bytes in
            var reader = RecordReader(bytes)
            return try reader.integer(UInt64.self)
        }
        if let last, !begins { return last }
        var writer = RecordWriter()
        let next = (last ?? 0) + 1
        writer.put(next)
        try setMeta(.generation, writer.bytes)
        return next
    }

    func send(_ message: OutgoingMessage, to peer: PeerState, now: UInt64, seal: Sealer) throws -> SentMessage {
        let (item, submission) = try enqueue(message.message, to: peer, seal: seal)
        guard let position = message.position else { return SentMessage(id: item.innerID, entry: nil, item: item) }
        let tag = ownTag(item.innerID, to: peer.person.id)
        let record = EntryRecord(.message(item.innerID, message.message.encoded), sentAt: now, receivedAt: now)
        try insert(
            .own, tag: tag, peer: peer, position: position, state: EntryState(own: .queued, custody: nil), record)
        guard let entry = try entry(tag: tag) else { preconditionFailure("an entry that was just written is gone") }
        try insertCustody(submission, entry: entry.row)
        return SentMessage(
            id: item.innerID, entry: try value(of: entry, with: peer.person.id), item: item)
    }
}
