import MeshChat
import MeshCrypto
import Testing

@Suite("Order of one sender's messages") struct SenderOrderTests {
    /// Shortens what was released: numbers are ids, a negative number is a gap of so many, "late" is 1000 more.
    static func short(_ releases: [SenderOrder.Release]) -> [Int] {
        releases.map { release in
            switch release {
            case .message(let arrival, let late): Int(arrival.id.bytes.bytes[0]) + (late ? 1000 : 0)
            case .gap(let gap): -Int(gap.missing)
            }
        }
    }

    static func arrival(
        _ id: UInt8, _ epoch: UInt64, _ counter: UInt64, after previous: (UInt64, UInt64)? = nil, at now: UInt64 = 0,
        sentAt: UInt64 = 0
    ) -> Arrival {
        let previous = previous.map { PreviousEpoch(epoch: $0.0, count: $0.1) }
        return Arrival(
            id: innerID(id), kind: .text, order: MessageOrder(epoch: epoch, counter: counter, previous: previous),
            sentAtMilliseconds: sentAt, arrivedAtMilliseconds: now)
    }

    @Test("Messages in order are shown at once") func inOrder() {
        var order = SenderOrder()
        #expect(Self.short(order.onArrival(Self.arrival(1, 5, 1))) == [1])
        #expect(Self.short(order.onArrival(Self.arrival(2, 5, 2))) == [2])
        #expect(order.deadline == nil)
    }

    @Test("A message before its turn is held, and shown when the gap is filled") func reordered() {
        var order = SenderOrder()
        #expect(Self.short(order.onArrival(Self.arrival(3, 5, 3))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(2, 5, 2))) == [])
        #expect(order.heldCount == 2)
        #expect(Self.short(order.onArrival(Self.arrival(1, 5, 1))) == [1, 2, 3])
        #expect(order.deadline == nil)
    }

    @Test("A gap is waited for ten seconds, then shown; what comes late is shown as late") func gap() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1, at: 1_000))
        #expect(Self.short(order.onArrival(Self.arrival(4, 5, 4, at: 2_000))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(6, 5, 6, at: 9_000))) == [])
        #expect(order.deadline == 12_000)
        #expect(Self.short(order.onTick(now: 11_999)) == [])
        #expect(Self.short(order.onTick(now: 12_000)) == [-2, 4])
        #expect(Self.short(order.onArrival(Self.arrival(2, 5, 2, at: 12_500))) == [1002])
        #expect(Self.short(order.onTick(now: 19_000)) == [-1, 6])
        #expect(Self.short(order.onArrival(Self.arrival(7, 5, 7, at: 19_001))) == [7])
    }

    @Test("A new start continues when the one before was shown as far as it went") func epochs() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1))
        #expect(Self.short(order.onArrival(Self.arrival(3, 6, 1, after: (5, 2)))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(4, 6, 2, after: (5, 2)))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(2, 5, 2))) == [2, 3, 4])
        #expect(Self.short(order.onArrival(Self.arrival(5, 7, 1, after: (6, 2)))) == [5])
    }

    @Test("What is missing at the end of an epoch is counted") func endOfEpoch() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1))
        _ = order.onArrival(Self.arrival(3, 5, 3))
        _ = order.onArrival(Self.arrival(9, 6, 2, after: (5, 4)))
        #expect(Self.short(order.onAllAsked()) == [-1, 3, -1, -1, 9])
    }

    @Test("Three epochs that come in backwards are shown in their order") func backwards() {
        var order = SenderOrder()
        #expect(Self.short(order.onArrival(Self.arrival(3, 7, 1, after: (6, 1)))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(2, 6, 1, after: (5, 1)))) == [])
        #expect(Self.short(order.onArrival(Self.arrival(1, 5, 1))) == [1, 2, 3])
    }

    @Test("An unheard epoch leaves a gap of at least its length") func unheardEpoch() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1))
        _ = order.onArrival(Self.arrival(2, 9, 1, after: (8, 3)))
        let releases = order.onAllAsked()
        #expect(releases.first == .gap(Gap(missing: 3, isAtLeast: true)))
        #expect(Self.short(releases) == [-3, 2])
        #expect(Self.short(order.onArrival(Self.arrival(7, 8, 2))) == [1007])
    }

    @Test("A sender that was put back from a copy goes on without a wait") func fork() {
        var order = SenderOrder()
        for counter in 1...4 { _ = order.onArrival(Self.arrival(UInt8(counter), 5, UInt64(counter))) }
        _ = order.onArrival(Self.arrival(5, 6, 1, after: (5, 4)))
        #expect(Self.short(order.onArrival(Self.arrival(6, 7, 1, after: (5, 2)))) == [6])
    }

    @Test("What comes out of a gap of unknown length is late, at once and in any order") func stragglers() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1, sentAt: 100))
        _ = order.onArrival(Self.arrival(9, 9, 1, after: (8, 3), sentAt: 900))
        #expect(Self.short(order.onAllAsked()) == [-3, 9])
        #expect(Self.short(order.onArrival(Self.arrival(4, 7, 2, after: (6, 2), sentAt: 400))) == [1004])
        #expect(Self.short(order.onArrival(Self.arrival(3, 7, 1, after: (6, 2), sentAt: 300))) == [1003])
        #expect(Self.short(order.onArrival(Self.arrival(2, 6, 1, after: (5, 1), sentAt: 200))) == [1002])
        #expect(Self.short(order.onArrival(Self.arrival(10, 9, 2, after: (8, 3), sentAt: 901))) == [10])
        #expect(Self.short(order.onArrival(Self.arrival(11, 10, 1, after: (9, 2), sentAt: 50))) == [11])
    }

    @Test("A sender that lost everything starts again without a wait") func anew() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1))
        #expect(Self.short(order.onArrival(Self.arrival(2, 6, 1))) == [2])
    }

    @Test("Epochs that name each other in a circle end") func circle() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(1, 5, 1, after: (6, 1)))
        _ = order.onArrival(Self.arrival(2, 6, 1, after: (5, 1)))
        #expect(Set(Self.short(order.onAllAsked()).filter { $0 > 0 }) == [1, 2])
        #expect(order.heldCount == 0)
    }

    @Test("One message too many ends the wait of the oldest") func tooManyHeld() {
        var order = SenderOrder()
        var shown = 0
        for number in 0..<(ChatLimits.heldMessages + 1) {
            let releases = order.onArrival(Self.arrival(1, 5, UInt64(number) * 2 + 2))
            shown += Self.short(releases).count { $0 > 0 }
        }
        #expect(shown == 1)
        #expect(order.heldCount == ChatLimits.heldMessages)
    }

    @Test("A clock that was put back doesn't make a message wait longer") func clockPutBack() {
        var order = SenderOrder()
        _ = order.onArrival(Self.arrival(2, 5, 2, at: 1_000_000))
        #expect(Self.short(order.onTick(now: 10)) == [-1, 2])
    }

    @Test("A hostile sender's chains release each message once and stay bounded") func hostile() {
        var random = Seeded(99)
        var order = SenderOrder()
        var released = 0
        for _ in 0..<4_000 {
            let epoch = UInt64.random(in: 1...60, using: &random)
            let previous = UInt64.random(in: 1...60, using: &random)
            let counter = UInt64.random(in: 1...5, using: &random) * (Bool.random(using: &random) ? 1 : 1 << 50)
            let link = previous == epoch ? nil : (previous, UInt64.random(in: 1...6, using: &random))
            released += Self.short(order.onArrival(Self.arrival(1, epoch, counter, after: link))).count { $0 > 0 }
        }
        released += Self.short(order.onAllAsked()).count { $0 > 0 }
        #expect(released == 4_000)
        #expect(order.heldCount == 0)
    }
}

@Suite("Places of own messages") struct SendingOrderTests {
    @Test("Counters grow in a start, and a new start links to the one before") func starts() {
        var order = SendingOrder()
        let first = SendingStart(generation: 1, freshEpoch: 50)
        #expect(order.next(in: first) == MessageOrder(epoch: 50, counter: 1))
        #expect(order.next(in: first) == MessageOrder(epoch: 50, counter: 2))
        let second = SendingStart(generation: 2, freshEpoch: 60)
        let link = PreviousEpoch(epoch: 50, count: 2)
        #expect(order.next(in: second) == MessageOrder(epoch: 60, counter: 1, previous: link))
        #expect(order.next(in: second) == MessageOrder(epoch: 60, counter: 2, previous: link))
    }

    @Test("An epoch that is 0 or the same as before is not taken") func unusableEpochs() {
        var order = SendingOrder()
        #expect(order.next(in: SendingStart(generation: 1, freshEpoch: 0)).epoch == 1)
        #expect(order.next(in: SendingStart(generation: 2, freshEpoch: 1)).epoch == 2)
    }
}
