import MeshChat
import MeshCrypto
import Testing

@Suite("The outbox") struct OutboxTests {
    static func item(_ number: UInt64, to recipient: UserID = Person.ben, expiry: UInt32 = 1_000_000) -> OutboxItem {
        var bytes = [UInt8](repeating: 0, count: 16)
        withUnsafeBytes(of: number.bigEndian) { bytes.replaceSubrange(0..<8, with: $0) }
        let id = Bytes16(bytes)!
        return OutboxItem(
            sequence: number, id: SubmissionID(id), recipient: recipient, innerID: InnerID(id), expirySeconds: expiry)
    }

    static func id(_ number: UInt64) -> SubmissionID { item(number).id }

    static func submitted(_ actions: [OutboxAction]) -> [UInt64] {
        actions.compactMap { if case .submit(let item) = $0 { item.sequence } else { nil } }
    }

    static func kept(_ actions: [OutboxAction]) -> [OutboxState] {
        actions.compactMap { if case .keep(let item) = $0 { item.state } else { nil } }
    }

    let custody = Custody(held: 2, replicas: 3)

    @Test("Nothing is submitted without a link; with one, everything is, in order") func order() {
        var outbox = Outbox()
        #expect(outbox.add([Self.item(3), Self.item(1), Self.item(2)], now: 0) == [])
        #expect(Self.submitted(outbox.onLinkUp(now: 0)) == [1, 2, 3])
        #expect(Self.submitted(outbox.add([Self.item(2), Self.item(4)], now: 0)) == [4])
    }

    @Test("Acceptance is kept and final, and counts once") func accepted() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        _ = outbox.add([Self.item(1)], now: 0)
        #expect(Self.kept(outbox.onAccepted(Self.id(1), custody, now: 5)) == [.accepted(custody)])
        #expect(outbox.count == 0 && outbox.deadline == nil)
        #expect(outbox.onAccepted(Self.id(1), custody, now: 6) == [])
        #expect(outbox.onRefused(Self.id(1), .later(afterMilliseconds: 0), now: 6, jitter: 0) == [])
    }

    @Test("At most a window is under way to one recipient, and a second recipient isn't held up") func window() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        let many = (1...40).map { Self.item($0) }
        #expect(Self.submitted(outbox.add(many, now: 0)) == Array(1...UInt64(Outbox.window)))
        #expect(Self.submitted(outbox.add([Self.item(50, to: Person.cleo)], now: 0)) == [50])
        #expect(Self.submitted(outbox.onAccepted(Self.id(2), custody, now: 1)) == [33])
        #expect(outbox.deadline == 30_000)
    }

    @Test("The total window holds over all recipients, and nobody starves") func totalWindow() {
        var outbox = Outbox()
        let items = (0..<UInt64(240)).map { Self.item($0 + 1, to: Person.id(UInt8($0 % 6) + 10)) }
        _ = outbox.add(items, now: 0)
        let first = Self.submitted(outbox.onLinkUp(now: 0))
        #expect(first.count == Outbox.totalWindow)
        var done = first
        var waiting = first[...]
        while let next = waiting.popFirst() {
            let more = Self.submitted(outbox.onAccepted(Self.id(next), custody, now: 1))
            done += more
            waiting += more
        }
        #expect(Set(done).count == 240 && done.count == 240)
    }

    @Test("After a refusal for now, nothing later is submitted before the refused one") func retryInOrder() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        _ = outbox.add([Self.item(1), Self.item(2)], now: 0)
        let refused = outbox.onRefused(Self.id(1), .later(afterMilliseconds: 5_000), now: 100, jitter: 0)
        #expect(Self.kept(refused) == [.queued(notBefore: 5_100, failures: 1)])
        #expect(Self.submitted(outbox.add([Self.item(3)], now: 200)) == [])
        #expect(Self.kept(outbox.onAccepted(Self.id(2), custody, now: 300)) == [.accepted(custody)])
        #expect(outbox.deadline == 5_100)
        #expect(outbox.onTick(now: 5_099, jitter: 0) == [])
        #expect(Self.submitted(outbox.onTick(now: 5_100, jitter: 0)) == [1, 3])
    }

    @Test("A final refusal is kept with its reason, and doesn't hold up the next") func finalRefusal() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        _ = outbox.add([Self.item(1), Self.item(2)], now: 0)
        let actions = outbox.onRefused(Self.id(1), .final(code: 7, reason: "too large"), now: 0, jitter: 0)
        #expect(Self.kept(actions) == [.failed(.refused(code: 7, reason: "too large"))])
        #expect(outbox.count == 1)
    }

    @Test("A lost link requeues everything unanswered, without a wait, in order") func linkLost() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        _ = outbox.add((1...3).map { Self.item($0) }, now: 0)
        _ = outbox.onAccepted(Self.id(2), custody, now: 10)
        outbox.onLinkDown()
        #expect(outbox.add([Self.item(4)], now: 20) == [])
        #expect(Self.submitted(outbox.onLinkUp(now: 30)) == [1, 3, 4])
    }

    @Test("What isn't answered in time is submitted again with what was under way behind it") func unanswered() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 0)
        _ = outbox.add([Self.item(1), Self.item(2)], now: 0)
        #expect(outbox.onTick(now: 29_999, jitter: 1) == [])
        #expect(outbox.deadline == 30_000)
        let late = outbox.onTick(now: 30_000, jitter: 1)
        #expect(Self.kept(late).count == 2 && Self.submitted(late) == [])
        let deadline = outbox.deadline ?? 0
        #expect((30_500...31_000).contains(deadline))
        #expect(Self.submitted(outbox.onTick(now: deadline, jitter: 1)) == [1, 2])
    }

    @Test("What has expired is given up by name; what is under way is left to the nodes") func expiry() {
        var outbox = Outbox()
        _ = outbox.add([Self.item(1, expiry: 10), Self.item(2, expiry: 20)], now: 0)
        #expect(outbox.deadline == 10_000)
        #expect(Self.kept(outbox.onTick(now: 10_000, jitter: 0)) == [.failed(.expired)])
        #expect(Self.submitted(outbox.onLinkUp(now: 10_001)) == [2])
        #expect(outbox.onTick(now: 20_000, jitter: 0) == [])
        #expect(outbox.deadline == 40_001)
    }

    @Test("What was kept by an earlier process goes on, final states and waits beyond measure apart") func kept() {
        var outbox = Outbox()
        _ = outbox.onLinkUp(now: 1_000)
        var done = Self.item(1)
        done = OutboxItem(
            sequence: 1, id: done.id, recipient: done.recipient, innerID: done.innerID,
            expirySeconds: done.expirySeconds, state: .accepted(custody))
        let other = Self.item(2)
        let waiting = OutboxItem(
            sequence: 2, id: other.id, recipient: other.recipient, innerID: other.innerID, expirySeconds: 1_000_000,
            state: .queued(notBefore: .max, failures: 3))
        #expect(outbox.add([done, waiting], now: 1_000) == [])
        #expect(outbox.items.map(\.sequence) == [2])
        #expect(outbox.deadline == 301_000)
    }

    @Test("Waits double up to five minutes, of which half is drawn by lot") func schedule() {
        #expect(RetrySchedule.wait(afterFailures: 1, jitter: 0) == 500)
        #expect(RetrySchedule.wait(afterFailures: 1, jitter: 500) == 1_000)
        #expect(RetrySchedule.wait(afterFailures: 4, jitter: 0) == 4_000)
        for failures in [9, 10, 30, UInt32.max] {
            let wait = RetrySchedule.wait(afterFailures: failures, jitter: 12_345_678_901)
            #expect((128_000...300_000).contains(wait))
        }
    }

    @Test("On a seeded network that refuses, forgets and breaks, each is accepted once", arguments: 1...40)
    func seededNetwork(seed: UInt64) {
        var random = Seeded(seed)
        var outbox = Outbox()
        var now: UInt64 = 0
        var accepted: [UInt64] = []
        var underway = (1...60).flatMap { _ in [UInt64]() }
        var actions = outbox.add((1...60).map { Self.item($0) }, now: now) + outbox.onLinkUp(now: now)
        var steps = 0
        while outbox.count > 0, steps < 20_000 {
            steps += 1
            for case .submit(let item) in actions { underway.append(item.sequence) }
            for case .keep(let item) in actions {
                if case .accepted = item.state { accepted.append(item.sequence) }
            }
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                outbox.onLinkDown()
                underway = []
                actions = outbox.onLinkUp(now: now)
            case 1 where !underway.isEmpty:
                underway.removeFirst()
                actions = []
            case 2 where !underway.isEmpty:
                let id = Self.id(underway.removeFirst())
                actions = outbox.onRefused(id, .later(afterMilliseconds: 10), now: now, jitter: random.next())
            default:
                if underway.isEmpty {
                    now = max(outbox.deadline ?? now, now)
                    actions = outbox.onTick(now: now, jitter: random.next())
                } else {
                    actions = outbox.onAccepted(Self.id(underway.removeFirst()), custody, now: now)
                }
            }
        }
        for case .keep(let item) in actions {
            if case .accepted = item.state { accepted.append(item.sequence) }
        }
        #expect(accepted.sorted() == Array(1...60), "seed \(seed)")
        #expect(Set(accepted).count == accepted.count, "seed \(seed)")
    }
}
