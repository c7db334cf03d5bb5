import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

/// A generator with a seed (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Two people, each with a store, and between them a network that repeats, delays and reorders, while both programs are
/// ended and started at any moment.
private struct TwoPeople {
    struct Flight {
        let time: UInt64
        let to: Int
        let message: IncomingMessage
    }

    var random: Seeded
    let homes: [Home]
    var stores: [ChatStore]
    let ids = [Peer.id(1), Peer.id(2)]
    var flights: [Flight] = []
    var now: UInt64 = 1_000
    var texts: [[String]] = [[], []]
    var bodies: [InnerID: [UInt8]] = [:]

    mutating func restart(_ who: Int) throws { stores[who] = try homes[who].open() }

    /// Sends what is in the outbox, several times, each copy with its own delay; then it counts as accepted.
    mutating func flush(_ who: Int) throws {
        for item in try stores[who].outboxItems() {
            let envelope = try stores[who].submission(item.id)!.envelope
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let message = IncomingMessage(
                    sender: ids[who], id: item.innerID, sentAtMilliseconds: now, body: envelope)
                let delay = UInt64.random(in: 0...9_000, using: &random)
                flights.append(Flight(time: now + delay, to: 1 - who, message: message))
            }
            var outbox = Outbox()
            _ = outbox.add([item], now: now) + outbox.onLinkUp(now: now)
            for case .keep(let item) in outbox.onAccepted(item.id, Custody(held: 1, replicas: 1), now: now) {
                _ = try stores[who].keep([item])
            }
        }
        flights.sort { $0.time < $1.time }
    }

    mutating func step() throws {
        let who = Int.random(in: 0...1, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: try restart(who)
        case 1...3:
            let text = "\(who) \(texts[who].count)"
            _ = try stores[who].sendText(text, to: ids[1 - who], now: now, seal: pass)
            texts[who].append(text)
        case 4:
            let last = try stores[who].person(ids[1 - who])?.lastPosition ?? 0
            try stores[who].markRead(ids[1 - who], upTo: last, now: now)
        default: try flush(who)
        }
        try pass(milliseconds: UInt64.random(in: 0...400, using: &random))
    }

    /// The envelope is the body itself: what seals is tested elsewhere.
    func pass(_ draft: ChatDraft) -> OutgoingSubmission {
        let plain = submission(for: draft)
        return OutgoingSubmission(
            id: plain.id, recipient: plain.recipient, innerID: plain.innerID, expirySeconds: plain.expirySeconds,
            flags: 0, acknowledgementHash: plain.acknowledgementHash, recallHash: plain.recallHash,
            recallSecret: plain.recallSecret, envelope: draft.body)
    }

    /// Lets time pass: what is due arrives, and both programs' clocks tick.
    mutating func pass(milliseconds: UInt64) throws {
        now += milliseconds
        while let flight = flights.first, flight.time <= now {
            flights.removeFirst()
            _ = try stores[flight.to].receive([flight.message], now: flight.time)
        }
        for who in 0...1 { _ = try stores[who].tick(now: now, seal: pass) }
    }

    /// Runs until nothing is under way any more.
    mutating func settle() throws {
        for _ in 0..<8 {
            for who in 0...1 { try flush(who) }
            try pass(milliseconds: 10_001)
        }
    }
}

@Suite("Two people on a seeded network, with programs that end at any moment") struct StoreSimulationTests {
    @Test("Everything sent is shown once and in order on both sides, and told as read", arguments: 1...8)
    func run(seed: UInt64) throws {
        try withHome { anna in
            try withHome { ben in
                var people = TwoPeople(
                    random: Seeded(state: seed), homes: [anna, ben], stores: [try anna.open(), try ben.open()])
                for who in 0...1 { try people.stores[who].addContact(people.ids[1 - who], name: nil, now: 0) }
                for _ in 0..<120 { try people.step() }
                try people.settle()
                for who in 0...1 {
                    let other = people.ids[1 - who]
                    let history = try people.stores[who].history(with: other, limit: 1_000)
                    let received = history.filter { $0.content.ownState == nil }
                    #expect(received.map(\.text) == people.texts[1 - who], "seed \(seed)")
                    #expect(received.allSatisfy { !$0.content.isLate && !$0.content.isGap }, "seed \(seed)")
                    try people.stores[who].markRead(other, upTo: .max, now: people.now)
                }
                try people.settle()
                for who in 0...1 {
                    let history = try people.stores[who].history(with: people.ids[1 - who], limit: 1_000)
                    let own = history.compactMap(\.content.ownState)
                    #expect(own.count == people.texts[who].count, "seed \(seed)")
                    #expect(own.allSatisfy { $0 == .read }, "seed \(seed)")
                    #expect(try people.stores[who].unreadCounts() == [:] && people.stores[who].outboxItems() == [])
                }
            }
        }
    }
}
