import MeshChat
import MeshCrypto
import Testing

@Suite("Is writing") struct TypingTests {
    @Test("Somebody who keeps writing says so every five seconds, and anew after sending") func notifier() {
        var notifier = TypingNotifier()
        let said = stride(from: UInt64(0), through: 11_000, by: 500).filter { notifier.onInput(now: $0) }
        #expect(said == [0, 5_000, 10_000])
        notifier.onFinished()
        #expect(notifier.onInput(now: 11_100) == true)
    }

    @Test("A sign is shown for seven seconds and renewed by the next") func shown() {
        var watch = TypingWatch()
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 100, now: 200) == true)
        #expect(watch.writing == [Person.ben] && watch.deadline == 7_200)
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 5_100, now: 5_200) == false)
        #expect(watch.onTick(now: 12_199) == [])
        #expect(watch.onTick(now: 12_200) == [Person.ben])
        #expect(watch.writing.isEmpty && watch.deadline == nil)
    }

    @Test("A message ends it, and a sign from before the message doesn't start it again") func ended() {
        var watch = TypingWatch()
        _ = watch.onTyping(from: Person.ben, sentAtMilliseconds: 100, now: 200)
        #expect(watch.onMessage(from: Person.ben, sentAtMilliseconds: 150) == true)
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 150, now: 300) == false)
        #expect(watch.writing.isEmpty)
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 151, now: 301) == true)
    }

    @Test("An old or repeated sign says nothing") func old() {
        var watch = TypingWatch()
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 0, now: 60_001) == false)
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 60_000, now: 60_001) == true)
        _ = watch.onTick(now: 70_000)
        #expect(watch.onTyping(from: Person.ben, sentAtMilliseconds: 60_000, now: 70_001) == false)
    }
}
