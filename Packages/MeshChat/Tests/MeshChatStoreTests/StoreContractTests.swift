import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@Suite("Every store: sending and receiving") struct StoreContractTests {
    @Test(
        "A text is put into history and outbox, and the same bytes come out for every try",
        arguments: StoreKind.allCases)
    func send(kind: StoreKind) throws {
        try kind.with { store in
            let recorder = Recorder()
            let sent = try store.sendText("hello", to: Peer.id(1), now: 5, seal: recorder.seal)
            #expect(try recorder.messages.map(\.event) == [.text("hello")])
            let entry = try #require(sent.entry)
            #expect(entry.position == 1 && entry.text == "hello" && entry.id == sent.id)
            #expect(try store.history(with: Peer.id(1), limit: 10) == [entry])
            #expect(try store.outboxItems() == [sent.item])
            let first = try #require(try store.submission(sent.item.id))
            #expect(first.envelope == [UInt8](repeating: 7, count: 512) && first.innerID == sent.id)
            #expect(try store.submission(sent.item.id) == first)
            #expect(try store.recalls(of: sent.id, to: Peer.id(1)).map(\.secret) == [first.recallSecret])
        }
    }

    @Test("A received text is recorded, shown, unread and unprinted once", arguments: StoreKind.allCases)
    func receive(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            let message = try ben.text("שלום", sentAt: 70)
            let outcome = try store.receive([message, message], now: 100)
            #expect(outcome.results == [.recorded, .ignored(.duplicate)])
            #expect(try store.receive([message], now: 200).results == [.ignored(.duplicate)])
            let entry = try #require(outcome.changes.shown.first)
            #expect(entry.text == "שלום" && entry.sentAtMilliseconds == 70 && entry.receivedAtMilliseconds == 100)
            #expect(outcome.changes.shown.count == 1)
            #expect(try store.history(with: ben.id, limit: 10) == [entry])
            #expect(try store.unreadCounts() == [ben.id: 1])
            let unprinted = try store.unprinted(limit: 10)
            #expect(unprinted.map(\.entry) == [entry] && unprinted.map(\.event) == [.shown])
            try store.markPrinted(unprinted.map(\.id))
            #expect(try store.unprinted(limit: 10) == [])
        }
    }

    @Test(
        "A message before its turn is kept, and shown in order after the gap was waited for",
        arguments: StoreKind.allCases)
    func gap(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            let messages = try (1...4).map { try ben.text("\($0)") }
            #expect(
                try store.receive([messages[0], messages[3]], now: 1_000).changes.shown.compactMap(\.text) == ["1"])
            let second = try store.receive([messages[2]], now: 1_500)
            #expect(second.changes.shown == [] && second.changes.deadline == 11_000)
            #expect(try store.tick(now: 10_999, seal: Recorder().seal).shown == [])
            let released = try store.tick(now: 11_000, seal: Recorder().seal)
            #expect(released.shown.map(\.content.isGap) == [true, false, false] && released.deadline == nil)
            #expect(released.shown.compactMap(\.text) == ["3", "4"])
            let late = try store.receive([messages[1]], now: 12_000).changes.shown
            #expect(late.map(\.text) == ["2"] && late.map(\.content.isLate) == [true])
            #expect(try store.history(with: ben.id, limit: 9).map(\.position) == [1, 2, 3, 4, 5])
            #expect(try store.history(with: ben.id, limit: 2, before: 4).compactMap(\.text) == ["3"])
            #expect(try store.unprinted(limit: 9).map(\.entry.position) == [1, 2, 3, 4, 5])
        }
    }

    @Test("Contacts are told what was stored and seen, strangers nothing", arguments: StoreKind.allCases)
    func receipts(kind: StoreKind) throws {
        try kind.with { store in
            var (ben, cleo) = (Peer(1), Peer(2))
            try store.addContact(ben.id, name: "Ben", now: 0)
            let (first, second) = (try ben.text("1"), try ben.text("2"))
            _ = try store.receive([first, second, try cleo.text("3")], now: 100)
            try store.markRead(ben.id, upTo: 1, now: 150)
            try store.markRead(cleo.id, upTo: 1, now: 150)
            #expect(try store.unreadCounts() == [ben.id: 1])
            let recorder = Recorder()
            #expect(try store.tick(now: 599, seal: recorder.seal).queued == 0)
            #expect(try store.tick(now: 600, seal: recorder.seal).queued == 2)
            #expect(
                try recorder.messages.map(\.event) == [
                    .receipt(Receipt(kind: .delivered, ids: [second.id])),
                    .receipt(Receipt(kind: .read, ids: [first.id])),
                ])
            #expect(recorder.drafts.allSatisfy { $0.recipient == ben.id })
            #expect(try store.outboxItems().count == 2)
            #expect(try store.history(with: ben.id, limit: 9).count == 2)
        }
    }

    @Test("Receipts move own messages on, only those to their sender, and never back", arguments: StoreKind.allCases)
    func progress(kind: StoreKind) throws {
        try kind.with { store in
            var (ben, cleo) = (Peer(1), Peer(2))
            let sent = try store.sendText("hello", to: ben.id, now: 0, seal: Recorder().seal)
            let stranger = try cleo.message(.receipt(Receipt(kind: .read, ids: [sent.id])))
            #expect(try store.receive([stranger], now: 1).changes.progress == [])
            #expect(try store.people().map(\.id) == [ben.id])
            let read = try ben.message(.receipt(Receipt(kind: .read, ids: [sent.id])))
            let delivered = try ben.message(.receipt(Receipt(kind: .delivered, ids: [sent.id])))
            let outcome = try store.receive([read, delivered, read], now: 2)
            #expect(outcome.results == [.receipt, .receipt, .receipt])
            #expect(outcome.changes.progress.map(\.state) == [.read])
            #expect(try store.unprinted(limit: 9).map(\.event) == [.read])
            #expect(try store.ownMessage(sent.id, to: ben.id)?.content.ownState == .read)
            #expect(try store.ownMessage(sent.id, to: cleo.id) == nil)
        }
    }

    @Test(
        "Acceptance is kept with its custody, is final, and drops the bytes but not the recall",
        arguments: StoreKind.allCases)
    func accepted(kind: StoreKind) throws {
        try kind.with { store in
            let sent = try store.sendText("hello", to: Peer.id(1), now: 0, seal: Recorder().seal)
            var outbox = Outbox()
            _ = outbox.add(try store.outboxItems(), now: 0)
            _ = outbox.onLinkUp(now: 0)
            let custody = Custody(held: 2, replicas: 3)
            for case .keep(let item) in outbox.onAccepted(sent.item.id, custody, now: 1) {
                #expect(try store.keep([item, item]).map(\.state) == [.accepted])
            }
            #expect(try store.outboxItems() == [] && store.submission(sent.item.id) == nil)
            let entry = try #require(try store.ownMessage(sent.id, to: Peer.id(1)))
            #expect(entry.content.ownState == .accepted && entry.content.custody == custody)
            #expect(try store.recalls(of: sent.id, to: Peer.id(1)).count == 1)
            #expect(try store.discardExpired(now: 3_999_999_999_000) == 0)
            #expect(try store.discardExpired(now: 4_000_000_000_000) == 1)
            #expect(try store.recalls(of: sent.id, to: Peer.id(1)) == [])
        }
    }

    @Test("A try that failed is kept with its wait; what was given up says why", arguments: StoreKind.allCases)
    func failed(kind: StoreKind) throws {
        try kind.with { store in
            let sent = try store.sendText("hello", to: Peer.id(1), now: 0, seal: Recorder().seal)
            var outbox = Outbox()
            _ = outbox.add(try store.outboxItems(), now: 0)
            _ = outbox.onLinkUp(now: 0)
            let refused = outbox.onRefused(sent.item.id, .later(afterMilliseconds: 9_000), now: 0, jitter: 0)
            for case .keep(let item) in refused { #expect(try store.keep([item]) == []) }
            #expect(try store.outboxItems().map(\.state) == [.queued(notBefore: 9_000, failures: 1)])
            _ = outbox.onTick(now: 9_000, jitter: 0)
            let given = outbox.onRefused(sent.item.id, .final(code: 9, reason: "full"), now: 9_000, jitter: 0)
            for case .keep(let item) in given { #expect(try store.keep([item]).map(\.state) == [.failed]) }
            #expect(try store.ownMessage(sent.id, to: Peer.id(1))?.content.ownState == .failed)
        }
    }

    @Test("What this version doesn't know is kept byte by byte and shown", arguments: StoreKind.allCases)
    func unknown(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            let event = ChatEvent.unknown(UnknownEvent(bytes: [0x9A, 0x06, 2, 0x68, 0x69]))
            let message = try ben.message(event)
            _ = try store.receive([message], now: 0)
            let entry = try #require(try store.history(with: ben.id, limit: 1).first)
            guard case .received(let kept, false) = entry.content else {
                Issue.record("not received")
                return
            }
            #expect(kept.encoded == message.body && kept.event == event && entry.text == nil)
            #expect(try store.unreadCounts() == [ben.id: 1])
        }
    }

    @Test("Typing and what is no chat message leave no trace", arguments: StoreKind.allCases)
    func noTrace(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            let broken = IncomingMessage(sender: ben.id, id: .random(), sentAtMilliseconds: 0, body: [1, 2, 3])
            let outcome = try store.receive([try ben.message(.typing, sentAt: 9), broken], now: 0)
            #expect(outcome.results == [.typing(sentAtMilliseconds: 9), .ignored(.undecodable(.malformed))])
            #expect(try store.people() == [])
        }
    }
}

extension HistoryEntry.Content {
    var isGap: Bool { if case .gap = self { true } else { false } }
    var isLate: Bool { if case .received(_, true) = self { true } else { false } }
    var ownState: OwnMessageState? { if case .own(_, let state, _) = self { state } else { nil } }
    var custody: Custody? { if case .own(_, _, let custody) = self { custody } else { nil } }
}
