import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct SplitViewDetectorTests {
    private let own = digest(0)
    private let other = Samples.node(1)

    private static func digest(_ number: UInt64) -> Bytes16 { Hash.blake2b16(context: "test digest", number) }

    /// Says the same every 10 s; when the alarm sounds, in seconds from the start.
    private func alarm(_ detector: inout SplitViewDetector, saying digest: Bytes16, seconds: Range<UInt64>) -> UInt64? {
        for second in stride(from: seconds.lowerBound, to: seconds.upperBound, by: 10) {
            if case .began(let view) = detector.hear(digest, from: other, now: second * 1_000) {
                #expect(view.node == other && view.digest == digest)
                return second
            }
        }
        return nil
    }

    @Test("a digest that stays different for 60 s is reported once, with since when")
    func stays() {
        var detector = SplitViewDetector(own: own, now: 0)
        #expect(alarm(&detector, saying: Self.digest(1), seconds: 100..<300) == 160)
        #expect(detector.views.map(\.sinceMilliseconds) == [100_000])
        #expect(alarm(&detector, saying: Self.digest(2), seconds: 170..<400) == nil)
        #expect(detector.views.map(\.digest) == [Self.digest(2)])
    }

    @Test("who agrees again is reported so, and begins anew")
    func ends() {
        var detector = SplitViewDetector(own: own, now: 0)
        #expect(alarm(&detector, saying: Self.digest(1), seconds: 0..<300) == 60)
        #expect(detector.hear(own, from: other, now: 70_000) == .ended(other))
        #expect(detector.hear(own, from: other, now: 71_000) == nil)
        #expect(detector.views.isEmpty && detector.differing.isEmpty)
        #expect(alarm(&detector, saying: Self.digest(1), seconds: 80..<300) == 140)
    }

    @Test("two hearings, however far apart, are no alarm")
    func rareHearings() {
        var detector = SplitViewDetector(own: own, now: 0)
        #expect(detector.hear(Self.digest(1), from: other, now: 0) == nil)
        #expect(detector.hear(Self.digest(1), from: other, now: 500_000) == nil)
        #expect(detector.differing == [other])
        #expect(detector.hear(Self.digest(1), from: other, now: 500_001) != nil)
    }

    @Test("a source that is always a change behind, or always a change ahead, agrees")
    func lag() {
        var (behind, ahead) = (SplitViewDetector(own: own, now: 0), SplitViewDetector(own: own, now: 0))
        for round in 1..<100 as Range<UInt64> {
            let now = round * 10_000
            #expect(behind.setOwn(Self.digest(round), now: now).isEmpty)
            #expect(behind.hear(Self.digest(round - 1), from: other, now: now + 1) == nil)
            #expect(ahead.hear(Self.digest(round), from: other, now: now) == nil)
            #expect(ahead.setOwn(Self.digest(round), now: now + 1).isEmpty && ahead.differing.isEmpty)
        }
    }

    @Test("a source that stays at a digest the owner has left is reported 60 s after that")
    func leftBehind() {
        var detector = SplitViewDetector(own: own, now: 0)
        #expect(detector.hear(own, from: other, now: 90_000) == nil)
        #expect(detector.setOwn(Self.digest(1), now: 100_000).isEmpty)
        #expect(alarm(&detector, saying: own, seconds: 101..<300) == 161)
        #expect(detector.setOwn(own, now: 170_000) == [.ended(other)])
    }

    @Test("a source that is forgotten ends its report; no more sources are held than a roster has members")
    func bounds() {
        var detector = SplitViewDetector(own: own, now: 0)
        #expect(alarm(&detector, saying: Self.digest(1), seconds: 0..<100) == 60)
        #expect(detector.forget(other) == .ended(other))
        #expect(detector.forget(other) == nil)
        for number in 0..<(Roster.maximumMembers + 10) {
            _ = detector.hear(Self.digest(1), from: Samples.node(number), now: 0)
        }
        #expect(detector.differing.count == Roster.maximumMembers)
    }
}
