import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@Suite("Every store: people, profile, settings") struct StorePeopleTests {
    @Test("Contacts are added, renamed, found and removed", arguments: StoreKind.allCases)
    func contacts(kind: StoreKind) throws {
        try kind.with { store in
            let added = try store.addContact(Peer.id(1), name: "Ben", now: 7)
            #expect(added.contact?.name == "Ben" && added.contact?.addedAtMilliseconds == 7)
            try store.addContact(Peer.id(2), name: nil, now: 8)
            #expect(try store.contact(named: "Ben")?.id == Peer.id(1))
            try store.renameContact(Peer.id(1), to: "Benjamin")
            #expect(try store.contact(named: "Ben") == nil)
            #expect(try store.contacts().map(\.contact?.name) == ["Benjamin", nil])
            try store.removeContact(Peer.id(1), deletingHistory: false)
            #expect(try store.contacts().map(\.id) == [Peer.id(2)])
            #expect(try store.person(Peer.id(1))?.contact == nil)
        }
    }

    @Test("What contacts may not be is refused by name, and changes nothing", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) throws {
        try kind.with { store in
            let (ben, cleo) = (Peer.id(1), Peer.id(2))
            try store.addContact(ben, name: "Ben", now: 0)
            let before = try store.people()
            #expect(throws: ContactError.alreadyAContact(ben, name: "Ben")) {
                try store.addContact(ben, name: "B", now: 0)
            }
            #expect(throws: ContactError.nameTaken(name: "Ben", by: ben)) {
                try store.addContact(cleo, name: "Ben", now: 0)
            }
            #expect(throws: ContactError.notAContact(cleo)) { try store.renameContact(cleo, to: "C") }
            #expect(throws: ContactError.notAContact(cleo)) {
                try store.removeContact(cleo, deletingHistory: true)
            }
            #expect(throws: ContactError.nameEmpty) { try store.renameContact(ben, to: "") }
            #expect(throws: ContactError.nameLikeID(name: "Mesh1abc")) { try store.renameContact(ben, to: "Mesh1abc") }
            #expect(throws: ContactError.nameRefused(.nameHasControl(scalar: 27))) {
                try store.renameContact(ben, to: "a\u{1B}[2J")
            }
            #expect(try store.people() == before)
        }
    }

    @Test("A contact removed with its history is gone, but what was seen stays seen", arguments: StoreKind.allCases)
    func removedWithHistory(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            try store.addContact(ben.id, name: "Ben", now: 0)
            let (first, second, third) = (try ben.text("1"), try ben.text("2"), try ben.text("3"))
            _ = try store.receive([first, third], now: 0)
            _ = try store.sendText("hello", to: ben.id, now: 0, seal: Recorder().seal)
            try store.removeContact(ben.id, deletingHistory: true)
            #expect(try store.history(with: ben.id, limit: 9) == [])
            #expect(try store.unprinted(limit: 9) == [] && store.unreadCounts() == [:])
            let recorder = Recorder()
            #expect(try store.allAsked(now: 9, seal: recorder.seal).queued == 0)
            #expect(try store.receive([first, third], now: 1).results == [.ignored(.duplicate), .ignored(.duplicate)])
            let late = try store.receive([second], now: 1).changes.shown
            #expect(late.map(\.text) == ["2"] && late.map(\.content.isLate) == [true])
        }
    }

    @Test("A peer's profile is shown from when it comes in order", arguments: StoreKind.allCases)
    func peerProfile(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            let profile = try Profile(name: "Ben", colour: Colour(rgb: 0x10_20_30))
            let text = try ben.text("first")
            let message = try ben.message(.profile(profile))
            #expect(try store.receive([message], now: 0).changes.profiles == [])
            let outcome = try store.receive([text], now: 0)
            #expect(outcome.changes.profiles == [ben.id] && outcome.changes.shown.count == 2)
            #expect(try store.person(ben.id)?.profile == profile)
            #expect(try store.unreadCounts() == [ben.id: 1])
        }
    }

    @Test("Who hasn't the present profile is known until it was sent", arguments: StoreKind.allCases)
    func ownProfile(kind: StoreKind) throws {
        try kind.with { store in
            try store.addContact(Peer.id(1), name: "Ben", now: 0)
            #expect(try store.profile() == .none)
            #expect(try store.contacts().map(\.hasOwnProfile) == [true])
            let profile = try Profile(name: "Anna", colour: Colour(rgb: 1))
            try store.setProfile(profile)
            #expect(try store.profile() == profile)
            #expect(try store.contacts().map(\.hasOwnProfile) == [false])
            let recorder = Recorder()
            let sent = try store.sendProfile(to: Peer.id(1), now: 0, seal: recorder.seal)
            #expect(sent.entry == nil)
            #expect(try recorder.messages.map(\.event) == [.profile(profile)])
            #expect(try store.contacts().map(\.hasOwnProfile) == [true])
            try store.setProfile(profile)
            #expect(try store.contacts().map(\.hasOwnProfile) == [true])
        }
    }

    @Test("Settings are kept, and followed", arguments: StoreKind.allCases)
    func settings(kind: StoreKind) throws {
        try kind.with { store in
            #expect(try store.settings() == ChatSettings())
            try store.setSettings(ChatSettings(tellsDelivered: true, tellsRead: false))
            var ben = Peer(1)
            try store.addContact(ben.id, name: nil, now: 0)
            let message = try ben.text("1")
            _ = try store.receive([message], now: 0)
            try store.markRead(ben.id, upTo: 1, now: 0)
            let recorder = Recorder()
            _ = try store.allAsked(now: 1, seal: recorder.seal)
            let told = Receipt(kind: .delivered, ids: [message.id])
            #expect(try recorder.messages.map(\.event) == [.receipt(told)])
        }
    }

    @Test("Everything deleted leaves nothing, and the store goes on", arguments: StoreKind.allCases)
    func deleteAll(kind: StoreKind) throws {
        try kind.with { store in
            var ben = Peer(1)
            try store.addContact(ben.id, name: "Ben", now: 0)
            try store.setProfile(try Profile(name: "Anna"))
            let message = try ben.text("1")
            _ = try store.receive([message], now: 0)
            _ = try store.sendText("hello", to: ben.id, now: 0, seal: Recorder().seal)
            try store.deleteAll()
            #expect(try store.people() == [] && store.outboxItems() == [] && store.unprinted(limit: 9) == [])
            #expect(try store.profile() == .none)
            #expect(try store.receive([message], now: 0).results == [.recorded])
        }
    }
}
