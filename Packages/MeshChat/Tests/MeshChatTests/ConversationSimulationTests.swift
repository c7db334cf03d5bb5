import MeshChat
import MeshCrypto
import Testing

/// A network on a virtual clock that loses, repeats and delays what one person sends to another.
private struct Simulation {
    struct Delivery {
        let time: UInt64
        let message: IncomingMessage
    }

    var random: Seeded
    var deliveries: [Delivery] = []
    var sent: [InnerID] = []
    var lost: Set<InnerID> = []

    /// `count` texts over several starts; each is delivered one to three times within `spread` milliseconds.
    mutating func send(_ count: Int, lossPercent: Int, spread: UInt64) throws {
        var sender = Conversation(with: Person.anna)
        var start = SendingStart(generation: 1, freshEpoch: random.next())
        for number in 0..<count {
            if Int.random(in: 0..<10, using: &random) == 0 {
                start = SendingStart(generation: start.generation + 1, freshEpoch: random.next())
            }
            let outgoing = try sender.onSend(.text("\(number)"), in: start)
            let message = IncomingMessage(
                sender: Person.ben, id: random.innerID(), sentAtMilliseconds: UInt64(number) * 50,
                body: outgoing.message.encoded)
            sent.append(message.id)
            if Int.random(in: 0..<100, using: &random) < lossPercent {
                lost.insert(message.id)
                continue
            }
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let delay = UInt64.random(in: 0...spread, using: &random)
                deliveries.append(Delivery(time: UInt64(number) * 50 + delay, message: message))
            }
        }
        deliveries.sort { $0.time < $1.time }
    }

    struct Outcome {
        var shown: [InnerID] = []
        var late: Set<InnerID> = []
        var missing: UInt64 = 0
        var positions: [UInt64] = []
        var receipts: [InnerID] = []

        mutating func take(_ effects: [ConversationEffect]) {
            for effect in effects {
                switch effect {
                case .show(let id, let position, let isLate):
                    shown.append(id)
                    positions.append(position)
                    if isLate { late.insert(id) }
                case .showGap(let gap, let position):
                    missing += gap.missing
                    positions.append(position)
                case .sendReceipt(let receipt): receipts += receipt.ids
                default: break
                }
            }
        }
    }

    /// Delivers everything, running the conversation's clock in between.
    func run() -> Outcome {
        var outcome = Outcome()
        var conversations = Conversations()
        conversations.contacts = [Person.ben]
        for delivery in deliveries {
            while let deadline = conversations.deadline, deadline <= delivery.time {
                for (_, effects) in conversations.onTick(now: deadline) { outcome.take(effects) }
            }
            outcome.take(conversations.onReceived(delivery.message, now: delivery.time))
        }
        while let deadline = conversations.deadline {
            for (_, effects) in conversations.onTick(now: deadline) { outcome.take(effects) }
        }
        return outcome
    }
}

@Suite("Deliveries on a seeded network") struct ConversationSimulationTests {
    @Test("Repeated and reordered within the wait, each is shown once and in order", arguments: 1...60)
    func reorder(seed: UInt64) throws {
        var simulation = Simulation(random: Seeded(seed))
        try simulation.send(150, lossPercent: 0, spread: 9_000)
        let outcome = simulation.run()
        #expect(outcome.shown == simulation.sent, "seed \(seed)")
        #expect(outcome.missing == 0 && outcome.late.isEmpty, "seed \(seed)")
        #expect(outcome.receipts.count == 150 && Set(outcome.receipts) == Set(simulation.sent), "seed \(seed)")
    }

    @Test("With losses, each that arrived is shown once, in order unless late, and gaps are counted", arguments: 1...60)
    func loss(seed: UInt64) throws {
        var simulation = Simulation(random: Seeded(seed))
        try simulation.send(150, lossPercent: 15, spread: 30_000)
        let outcome = simulation.run()
        let arrived = simulation.sent.filter { !simulation.lost.contains($0) }
        #expect(outcome.shown.count == arrived.count, "seed \(seed)")
        #expect(Set(outcome.shown) == Set(arrived), "seed \(seed)")
        let punctual = outcome.shown.filter { !outcome.late.contains($0) }
        #expect(punctual == arrived.filter { !outcome.late.contains($0) }, "seed \(seed)")
        #expect(outcome.positions == Array(1...UInt64(outcome.positions.count)), "seed \(seed)")
    }

    @Test("Without lateness, gaps count what was lost before the last that arrived, and never more", arguments: 1...40)
    func gapsCount(seed: UInt64) throws {
        var simulation = Simulation(random: Seeded(seed))
        try simulation.send(150, lossPercent: 15, spread: 400)
        let outcome = simulation.run()
        let last = simulation.sent.lastIndex { !simulation.lost.contains($0) } ?? 0
        let before = simulation.sent[...last].count { simulation.lost.contains($0) }
        #expect(outcome.late.isEmpty && outcome.missing >= UInt64(before / 2), "seed \(seed)")
        #expect(outcome.missing <= UInt64(before), "seed \(seed)")
    }
}
