public import MeshChat
import MeshCrypto

extension ChatStore {
    /// Takes in opened messages, in one transaction: each is recorded together with the mark that it was seen and the
    /// receipt for it, or nothing is.
    ///
    /// When this returns, the messages may be acknowledged to the nodes, all of them: what was ignored won't be of use
    /// later. A message that was recorded before is ignored as a duplicate, whichever process recorded it.
    /// - Parameters:
    ///   - messages: what was opened, in the order in which it came.
    ///   - now: milliseconds since 1970.
    public func receive(_ messages: [IncomingMessage], now: UInt64) throws(ChatStoreError) -> ReceiveOutcome {
        try writePlainly { transaction in
            let settings = try transaction.settings()
            var outcome = ReceiveOutcome()
            // Each person's record is read and written once a batch.
            var peers: [UserID: PeerState] = [:]
            for message in messages {
                outcome.results.append(try transaction.receive(message, &peers, settings, now: now))
            }
            for peer in peers.values { try transaction.save(peer) }
            transaction.changes.deadline = try transaction.deadline()
            outcome.changes = transaction.changes
            return outcome
        }
    }

    /// Time has passed: shows what has waited long enough for something missing, and puts due receipts into the outbox.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - seal: seals the receipts.
    public func tick(now: UInt64, seal: Sealer) throws(ChatSendError) -> ChatChanges {
        try advance(now: now, seal: seal) { $0.onTick(now: now) }
    }

    /// Every node that could hold something was asked: shows what is held, and puts all receipts into the outbox. To be
    /// called before a program ends that has fetched everything.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - seal: seals the receipts.
    public func allAsked(now: UInt64, seal: Sealer) throws(ChatSendError) -> ChatChanges {
        try advance(now: now, seal: seal) { $0.onAllAsked() }
    }

    private func advance(
        now: UInt64, seal: Sealer, by event: (inout Conversation) -> [ConversationEffect]
    ) throws(ChatSendError) -> ChatChanges {
        try writeSending { transaction in
            for peer in try transaction.peers(waitingOnly: true) {
                var peer = peer
                let receipts = try transaction.carryOut(event(&peer.conversation), &peer, now: now)
                for receipt in receipts { try transaction.send(receipt, to: peer, seal: seal) }
                try transaction.save(peer)
            }
            transaction.changes.deadline = try transaction.deadline()
            return transaction.changes
        }
    }
}

extension ChatTransaction {
    func receive(
        _ message: IncomingMessage, _ peers: inout [UserID: PeerState], _ settings: ChatSettings, now: UInt64
    ) throws -> ReceivedResult {
        guard var peer = try peers[message.sender] ?? peer(for: message) else { return withoutTrace(message, now: now) }
        let effects = peer.conversation.onReceived(
            message, seenBefore: try isSeen(message.id, from: message.sender), rules: rules(for: peer, settings),
            now: now)
        // Receipts for what was received are sent by a later tick, together.
        _ = try carryOut(effects, &peer, now: now)
        peers[message.sender] = peer
        return result(of: effects)
    }

    /// The sender's record; begun with the first message that is recorded.
    private func peer(for message: IncomingMessage) throws -> PeerState? {
        if let known = try peer(message.sender) { return known }
        let isRecorded = (try? ChatMessage(decoding: message.body))?.order != nil
        return isRecorded ? try peerOrNew(message.sender) : nil
    }

    /// Takes in what changes nothing that is kept: "is writing" of somebody unknown, say.
    private func withoutTrace(_ message: IncomingMessage, now: UInt64) -> ReceivedResult {
        var conversation = Conversation(with: message.sender)
        let rules = ReceiptRules(isContact: false)
        return result(of: conversation.onReceived(message, seenBefore: false, rules: rules, now: now))
    }

    private func result(of effects: [ConversationEffect]) -> ReceivedResult {
        switch effects.first {
        case .ignored(_, let reason): .ignored(reason)
        case .typing(let sentAt): .typing(sentAtMilliseconds: sentAt)
        case .advance: .receipt
        default: .recorded
        }
    }
}
