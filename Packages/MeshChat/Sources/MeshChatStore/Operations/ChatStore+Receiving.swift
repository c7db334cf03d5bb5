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
            for message in messages {
                outcome.results.append(try transaction.receive(message, settings, now: now))
            }
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
        _ message: IncomingMessage, _ settings: ChatSettings, now: UInt64
    ) throws -> ReceivedResult {
        // What leaves no trace, a stranger's "is writing" for one, begins no record of the person.
        guard let known = try peer(message.sender) else {
            return try receiveFirst(message, settings, now: now)
        }
        var peer = known
        return try receive(message, &peer, settings, now: now)
    }

    private func receiveFirst(
        _ message: IncomingMessage, _ settings: ChatSettings, now: UInt64
    ) throws -> ReceivedResult {
        guard (try? ChatMessage(decoding: message.body))?.order != nil else {
            var conversation = Conversation(with: message.sender)
            let rules = ReceiptRules(isContact: false)
            return result(of: conversation.onReceived(message, seenBefore: false, rules: rules, now: now))
        }
        var peer = try peerOrNew(message.sender)
        return try receive(message, &peer, settings, now: now)
    }

    private func receive(
        _ message: IncomingMessage, _ peer: inout PeerState, _ settings: ChatSettings, now: UInt64
    ) throws -> ReceivedResult {
        let effects = peer.conversation.onReceived(
            message, seenBefore: try isSeen(message.id, from: message.sender), rules: rules(for: peer, settings),
            now: now)
        // Receipts for what was received are sent by a later tick, together.
        _ = try carryOut(effects, &peer, now: now)
        try save(peer)
        return result(of: effects)
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
