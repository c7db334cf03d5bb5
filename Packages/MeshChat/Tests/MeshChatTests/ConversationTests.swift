import MeshChat
import MeshCrypto
import Testing

@Suite("A conversation") struct ConversationTests {
    let contact = ReceiptRules(isContact: true)

    static func text(_ id: UInt8, _ counter: UInt64, _ text: String = "hi", sentAt: UInt64 = 0) throws
        -> IncomingMessage
    {
        try incoming(id, .text(text), counter, sentAt: sentAt)
    }

    static func incoming(
        _ id: UInt8, _ event: ChatEvent, _ counter: UInt64?, sentAt: UInt64 = 0
    ) throws -> IncomingMessage {
        let order = counter.map { MessageOrder(epoch: 7, counter: $0) }
        return IncomingMessage(
            sender: Person.ben, id: innerID(id), sentAtMilliseconds: sentAt,
            body: try ChatMessage(event, order: order).encoded)
    }

    static func shown(_ effects: [ConversationEffect]) -> [InnerID] {
        effects.compactMap { if case .show(let id, _, _) = $0 { id } else { nil } }
    }

    static func sent(_ effects: [ConversationEffect]) -> [Receipt] {
        effects.compactMap { if case .sendReceipt(let receipt) = $0 { receipt } else { nil } }
    }

    @Test("A message is recorded, shown, counted as unread and answered") func received() throws {
        var conversation = Conversation(with: Person.ben)
        let message = try Self.text(1, 1)
        let effects = conversation.onReceived(message, seenBefore: false, rules: contact, now: 100)
        guard case .record(let arrival, let content) = effects.first else {
            Issue.record("nothing recorded")
            return
        }
        #expect(arrival.id == innerID(1) && content.event == .text("hi"))
        #expect(effects.dropFirst() == [.show(innerID(1), position: 1, late: false)])
        #expect(conversation.unread == 1)
        #expect(conversation.deadline == 600)
        #expect(conversation.onTick(now: 599) == [])
        #expect(Self.sent(conversation.onTick(now: 600)) == [Receipt(kind: .delivered, ids: [innerID(1)])])
        #expect(conversation.deadline == nil)
    }

    @Test("A duplicate changes nothing") func duplicate() throws {
        var conversation = Conversation(with: Person.ben)
        let message = try Self.text(1, 1)
        _ = conversation.onReceived(message, seenBefore: false, rules: contact, now: 0)
        let before = conversation
        #expect(
            conversation.onReceived(message, seenBefore: true, rules: contact, now: 0)
                == [.ignored(innerID(1), .duplicate)])
        #expect(conversation == before)
    }

    @Test("What is no chat message is ignored by name, and changes nothing") func undecodable() {
        var conversation = Conversation(with: Person.ben)
        let before = conversation
        let message = IncomingMessage(sender: Person.ben, id: innerID(1), sentAtMilliseconds: 0, body: [0xFF])
        #expect(
            conversation.onReceived(message, seenBefore: false, rules: contact, now: 0)
                == [.ignored(innerID(1), .undecodable(.malformed))])
        #expect(conversation == before)
    }

    @Test("Strangers are never told anything") func strangers() throws {
        var conversation = Conversation(with: Person.ben)
        let stranger = ReceiptRules(isContact: false)
        _ = conversation.onReceived(try Self.text(1, 1), seenBefore: false, rules: stranger, now: 0)
        conversation.onRead(upTo: 1, ids: [innerID(1)], rules: stranger, now: 0)
        #expect(conversation.unread == 0)
        #expect(conversation.onAllAsked() == [])
    }

    @Test("Each kind of receipt can be switched off", arguments: [(true, false), (false, true), (false, false)])
    func switchedOff(delivered: Bool, read: Bool) throws {
        let rules = ReceiptRules(isContact: true, tellsDelivered: delivered, tellsRead: read)
        var conversation = Conversation(with: Person.ben)
        _ = conversation.onReceived(try Self.text(1, 1), seenBefore: false, rules: rules, now: 0)
        let first = Self.sent(conversation.onAllAsked())
        #expect(first.map(\.kind) == (delivered ? [.delivered] : []))
        conversation.onRead(upTo: 1, ids: [innerID(1)], rules: rules, now: 0)
        #expect(Self.sent(conversation.onAllAsked()).map(\.kind) == (read ? [.read] : []))
    }

    @Test("What was read before its receipt left is only told as read") func readSaysDelivered() throws {
        var conversation = Conversation(with: Person.ben)
        for id in 1...2 {
            _ = conversation.onReceived(
                try Self.text(UInt8(id), UInt64(id)), seenBefore: false, rules: contact, now: 0)
        }
        conversation.onRead(upTo: 1, ids: [innerID(1)], rules: contact, now: 10)
        #expect(conversation.unread == 1)
        #expect(
            Self.sent(conversation.onAllAsked()) == [
                Receipt(kind: .delivered, ids: [innerID(2)]), Receipt(kind: .read, ids: [innerID(1)]),
            ])
    }

    @Test("Receipts for many messages go in several of allowed size, at once when full") func manyReceipts() throws {
        var conversation = Conversation(with: Person.ben)
        var random = Seeded(1)
        for counter in 1...UInt64(ChatLimits.receiptIDs + 8) {
            let message = IncomingMessage(
                sender: Person.ben, id: random.innerID(), sentAtMilliseconds: 0,
                body: try ChatMessage(.text("x"), order: MessageOrder(epoch: 7, counter: counter)).encoded)
            _ = conversation.onReceived(message, seenBefore: false, rules: contact, now: 0)
        }
        let receipts = Self.sent(conversation.onTick(now: 0))
        #expect(receipts.map(\.ids.count) == [ChatLimits.receiptIDs, 8])
        for receipt in receipts { _ = try ChatMessage(.receipt(receipt), order: nil) }
    }

    @Test("A receipt moves own messages on; typing and unknown asides record nothing") func asides() throws {
        var conversation = Conversation(with: Person.ben)
        let before = conversation
        let receipt = try Self.incoming(1, .receipt(Receipt(kind: .read, ids: [innerID(9)])), nil)
        #expect(
            conversation.onReceived(receipt, seenBefore: false, rules: contact, now: 0)
                == [.advance([innerID(9)], to: .read)])
        let typing = try Self.incoming(2, .typing, nil, sentAt: 77)
        #expect(
            conversation.onReceived(typing, seenBefore: false, rules: contact, now: 0)
                == [.typing(sentAtMilliseconds: 77)])
        let later = try Self.incoming(3, .unknown(UnknownEvent(bytes: UnknownEventTests.later)), nil)
        #expect(
            conversation.onReceived(later, seenBefore: false, rules: contact, now: 0)
                == [.ignored(innerID(3), .unknownAside)])
        #expect(conversation == before)
    }

    @Test("An unknown event in the order is shown and counts as unread") func unknownShown() throws {
        var conversation = Conversation(with: Person.ben)
        let later = try Self.incoming(3, .unknown(UnknownEvent(bytes: UnknownEventTests.later)), 1)
        let effects = conversation.onReceived(later, seenBefore: false, rules: contact, now: 0)
        #expect(Self.shown(effects) == [innerID(3)])
        #expect(conversation.unread == 1)
    }

    @Test("A late profile doesn't undo a newer one") func lateProfile() throws {
        var conversation = Conversation(with: Person.ben)
        let newer = try Self.incoming(2, .profile(Profile(name: "new")), 2, sentAt: 200)
        _ = conversation.onReceived(newer, seenBefore: false, rules: contact, now: 0)
        #expect(conversation.onAllAsked().contains(.adoptProfile(innerID(2))))
        let older = try Self.incoming(1, .profile(Profile(name: "old")), 1, sentAt: 100)
        let effects = conversation.onReceived(older, seenBefore: false, rules: contact, now: 0)
        #expect(effects.last == .show(innerID(1), position: 3, late: true))
        // In order, the newer wins even where the sender's clock was put back.
        let last = try Self.incoming(3, .profile(Profile(name: "last")), 3, sentAt: 50)
        let lastEffects = conversation.onReceived(last, seenBefore: false, rules: contact, now: 0)
        #expect(lastEffects.last == .adoptProfile(innerID(3)))
    }

    @Test("Own texts take places in the order and in the conversation") func sent() throws {
        var conversation = Conversation(with: Person.ben)
        let start = SendingStart(generation: 1, freshEpoch: 40)
        let first = try conversation.onSend(.text("a"), in: start)
        #expect(first.position == 1 && first.message.order == MessageOrder(epoch: 40, counter: 1))
        let profile = try conversation.onSend(.profile(.none), in: start)
        #expect(profile.position == nil && profile.message.order?.counter == 2)
        let typing = try conversation.onSend(.typing, in: start)
        #expect(typing.position == nil && typing.message.order == nil)
    }

    @Test("A text that can't be sent changes nothing") func refusedText() throws {
        var conversation = Conversation(with: Person.ben)
        let before = conversation
        #expect(throws: ChatMessageError.textEmpty) {
            try conversation.onSend(.text(""), in: SendingStart(generation: 1, freshEpoch: 40))
        }
        #expect(conversation == before)
    }

    @Test("Own messages only move on") func ownStates() {
        var state = OwnMessageState.queued
        let reports: [(OwnMessageState, Bool)] = [
            (.failed, true), (.accepted, true), (.failed, false), (.read, true), (.delivered, false),
            (.accepted, false), (.read, false), (.queued, false),
        ]
        for (report, moves) in reports { #expect(state.advance(to: report) == moves) }
        #expect(state == .read)
    }

    @Test("All conversations together drop duplicates, count, tick and know who writes") func conversations() throws {
        var conversations = Conversations()
        conversations.contacts = [Person.ben]
        let second = try Self.text(2, 2)
        _ = conversations.onReceived(try Self.incoming(9, .typing, nil, sentAt: 90), now: 100)
        #expect(conversations.typing.writing == [Person.ben])
        #expect(Self.shown(conversations.onReceived(second, now: 100)) == [])
        #expect(conversations.onReceived(second, now: 101) == [.ignored(innerID(2), .duplicate)])
        #expect(conversations.deadline == 600)
        #expect(Self.sent(conversations.onTick(now: 600).flatMap(\.effects)).map(\.ids) == [[innerID(2)]])
        #expect(Self.shown(conversations.onAllAsked().flatMap(\.effects)) == [innerID(2)])
        conversations.onRead(Person.ben, upTo: 2, ids: [innerID(2)], now: 700)
        #expect(conversations.all[Person.ben]?.unread == 0)
        let start = SendingStart(generation: 1, freshEpoch: 3)
        #expect(try conversations.onSend(.text("a"), to: Person.cleo, in: start).position == 1)
        #expect(throws: ChatMessageError.self) { try conversations.onSend(.text(""), to: Person.anna, in: start) }
        #expect(conversations.all[Person.anna] == nil)
    }
}
