extension Conversation {
    /// Takes in a message of the peer.
    /// - Parameters:
    ///   - message: what the envelope held; its sender must be ``peer`` (anything else traps).
    ///   - seenBefore: whether (sender, inner id) was recorded before.
    ///   - rules: what the peer may be told.
    ///   - now: milliseconds since 1970.
    public mutating func onReceived(
        _ message: IncomingMessage, seenBefore: Bool, rules: ReceiptRules, now: UInt64
    ) -> [ConversationEffect] {
        precondition(message.sender == peer, "a message of one person was given to the conversation with another")
        if seenBefore { return [.ignored(message.id, .duplicate)] }
        let content: ChatMessage
        do { content = try ChatMessage(decoding: message.body) } catch {
            return [.ignored(message.id, .undecodable(error))]
        }
        guard let order = content.order else { return onAside(content.event, of: message) }
        return onOrdered(content, at: order, of: message, rules: rules, now: now)
    }

    /// What stands outside of the order takes effect at once, and is not recorded: a repetition changes nothing.
    private func onAside(_ event: ChatEvent, of message: IncomingMessage) -> [ConversationEffect] {
        switch event {
        case .typing: [.typing(sentAtMilliseconds: message.sentAtMilliseconds)]
        case .receipt(let receipt): [.advance(receipt.ids, to: OwnMessageState(receipt.kind))] + proofs(in: receipt)
        case .text, .profile, .unknown: [.ignored(message.id, .unknownAside)]
        }
    }

    private func proofs(in receipt: Receipt) -> [ConversationEffect] {
        zip(receipt.ids, receipt.proofs).compactMap { id, secret in secret.map { .prove(id, $0) } }
    }

    private mutating func onOrdered(
        _ content: ChatMessage, at order: MessageOrder, of message: IncomingMessage, rules: ReceiptRules, now: UInt64
    ) -> [ConversationEffect] {
        let arrival = Arrival(
            id: message.id, kind: Arrival.Kind(content.event), order: order,
            sentAtMilliseconds: message.sentAtMilliseconds, arrivedAtMilliseconds: now)
        if arrival.kind.isAnswered, rules.allows(.delivered) {
            receipts.add(.delivered, [message.id], now: now)
            receipts.secrets[message.id] = message.secret
        }
        return [.record(arrival, content)] + show(incoming.onArrival(arrival))
    }

    /// Gives positions to what the order releases.
    mutating func show(_ releases: [SenderOrder.Release]) -> [ConversationEffect] {
        releases.flatMap { release -> [ConversationEffect] in
            switch release {
            case .gap(let gap): [.showGap(gap, position: takePosition())]
            case .message(let arrival, let late): show(arrival, late: late)
            }
        }
    }

    private mutating func show(_ arrival: Arrival, late: Bool) -> [ConversationEffect] {
        let shown = ConversationEffect.show(arrival.id, position: takePosition(), late: late)
        if arrival.kind.isAnswered { unread += 1 }
        guard arrival.kind == .profile else { return [shown] }
        // In order, the newer profile wins whatever the sender's clock says. A late one must not undo a newer one.
        guard !late || arrival.sentAtMilliseconds > profileSentAt else { return [shown] }
        profileSentAt = arrival.sentAtMilliseconds
        return [shown, .adoptProfile(arrival.id)]
    }
}

extension Arrival.Kind {
    /// Whether a person reads it: then it counts as unread, and is answered with receipts.
    public var isAnswered: Bool { self != .profile }

    init(_ event: ChatEvent) {
        switch event {
        case .text: self = .text
        case .profile: self = .profile
        case .unknown, .typing, .receipt: self = .unknown
        }
    }
}
