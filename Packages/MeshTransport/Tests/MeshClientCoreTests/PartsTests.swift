@testable import MeshClientCore
import MeshCrypto
import MeshWire
import Testing

@Suite("Parts of the core")
struct PartsTests {
    @Test("the backoff's window doubles from 0.5 s to 60 s, and pauses fill it")
    func backoff() {
        #expect(
            (0...9).map { Trouble.window(failures: $0) } == [
                0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
            ])
        #expect(Trouble.window(failures: .max) == 60_000)
        var random = SplitMix64(seed: 1)
        var pauses: [UInt64] = []
        for _ in 0..<1_000 {
            var trouble = Trouble()
            for _ in 0..<8 { trouble.fail(at: 0, &random) }
            pauses.append(trouble.avoidUntil)
        }
        #expect(pauses.allSatisfy { $0 <= 60_000 })
        #expect(Set(pauses).count > 900)
        var slow = Trouble()
        slow.fail(at: 100, atLeast: 5_000, &random)
        #expect(slow.avoidUntil == 5_100)
    }

    @Test("the table of troubled nodes is bounded")
    func troubled() {
        var random = SplitMix64(seed: 1)
        var nodes = TroubledNodes()
        for number in 0..<(ClientLimits.troubledNodes + 50) {
            var key = Bytes32()
            key.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number), as: UInt64.self) }
            nodes.fail(NodeID(trusted: key), at: UInt64(number) * 10_000, &random)
        }
        var first = Bytes32()
        first.withUnsafeMutableBytes { $0.storeBytes(of: 0, as: UInt64.self) }
        #expect(nodes.failures(NodeID(trusted: first)) == 0)
    }

    @Test("open, held and released credit add up to what was granted, whatever comes")
    func window() {
        var random = SplitMix64(seed: 3)
        var window = ReceiveWindow(granted: 1_000)
        var held: [UInt32] = []
        for _ in 0..<10_000 {
            let bytes = UInt32.random(in: 1...400, using: &random)
            if Bool.random(using: &random) {
                if window.take(bytes) { held.append(bytes) } else { #expect(bytes > window.open) }
            } else if !held.isEmpty {
                window.release(held.removeFirst())
                if let granted = window.grant() { #expect(granted >= 500) }
            }
            #expect(window.open + window.released + held.reduce(0, +) == 1_000)
            #expect(window.released < 500)
        }
        var guest = ReceiveWindow(granted: 0)
        let none = guest.grant()
        #expect(none == nil && guest.take(1) == false)
    }

    @Test("the allowance lets a burst through and then one frame a quarter of a second")
    func allowance() {
        var allowance = Allowance(at: 1_000)
        var passed = 0
        for time in UInt64(1_000)..<11_000 where allowance.spend(at: time) { passed += 1 }
        #expect(passed == ClientLimits.freeFrames + 39)
    }

    @Test("the table of deliveries forgets the oldest, but none that a link waits for")
    func deliveries() {
        var table = DeliveryTable()
        func id(_ number: Int) -> SubmissionID {
            SubmissionID(Hash.blake2b16(context: "test id", UInt64(number)))
        }
        let link = ClientLinkID(1)
        let header = Messages.message(1, to: UserID(trusted: Bytes32())).header
        for number in 0..<100 { table.add(id(number), header, from: link) }
        for number in 100..<(3 * ClientLimits.rememberedDeliveries) {
            table.add(id(number), header, from: link)
            let verdict: DeliveryAnswer.Verdict = number % 3 == 0 ? .ignore : .acknowledge(ProofSecret(Bytes16()))
            #expect(table.answer(id(number), verdict)?.sources == [link])
        }
        for number in 0..<100 { #expect(table.answer(id(number), .ignore)?.sources == [link]) }
        #expect(table[id(101)] == nil)
        #expect(table.answer(id(101), .ignore)?.sources == nil)
        guard case .answered = table[id(3 * ClientLimits.rememberedDeliveries - 1)] else {
            Issue.record("the newest was forgotten")
            return
        }
        #expect(table.count <= ClientLimits.rememberedDeliveries)
    }
}
