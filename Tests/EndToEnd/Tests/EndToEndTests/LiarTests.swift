import Foundation
import Testing

@Suite("One of the nodes of a set lies: nothing is lost, and the user is told which node")
struct LiarTests {
    /// The lies of `Tests/Liars` that keep messages from their recipient.
    @Test("a residence that has signed and gives nothing is named", arguments: ["drop", "withhold", "false-removal"])
    func givesNothing(lie: String) async throws {
        let (net, alice, bob, liar) = try await Self.talking(lie)
        let texts = try Self.send(1...5, from: alice)
        let receiving = try bob.run("receive", "--json")
        #expect(receiving.texts == texts, "\(receiving)")
        // Where another member took the messages in, it has kept the liar's signature, else nobody has but the sender.
        let named = receiving.objects.filter { ["withheld", "missing"].contains($0["event"] as? String) }
        #expect(!named.isEmpty && named.allSatisfy { $0["node"] as? String == liar }, "\(receiving)")
        let reports = try bob.run("nodes").output.split(separator: "\n").filter { $0.contains(", last ") }
        #expect(reports.count == 1 && reports.allSatisfy { $0.hasPrefix(liar) }, "\(reports)")
        try await Self.expectNothingLeft(net, alice, bob)
    }

    @Test("a node that says again what was said before brings nothing back")
    func replays() async throws {
        let (net, alice, bob, _) = try await Self.talking("replay")
        for part in [1...4, 5...8] {
            let texts = try Self.send(part, from: alice)
            #expect(try bob.received() == texts)
        }
        try await Self.expectNothingLeft(net, alice, bob)
    }

    @Test("a node that lets go of half of what it should hand over to a new one: the others have it")
    func handsOverHalf() async throws {
        let (net, alice, bob, _) = try await Self.talking("half")
        let texts = try Self.send(1...8, from: alice)
        try net.add(join: [net.nodes[0]]).start()
        try await net.agreed()
        // Somebody else who has all of it goes, and hands over first.
        #expect(net.nodes[1].terminate()?.code == 0)
        #expect(try bob.received() == texts)
        #expect(try bob.received() == [])
    }

    /// Three nodes of which the third lies, and two people, the second of whom resides at the liar.
    private static func talking(_ lie: String) async throws -> (Net, Person, Person, liar: String) {
        let net = try await Net.running(3, lying: [3: lie])
        let liar = try #require(net.nodes[2].id)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0], residence: liar)
        return (net, alice, bob, liar)
    }

    private static func send(_ numbers: ClosedRange<Int>, from alice: Person) throws -> [String] {
        let texts = numbers.map { "message \($0)" }
        for text in texts {
            let sent = try alice.run("send", "bob", text)
            #expect(sent.code == 0, "\(sent)")
        }
        return texts
    }

    /// What was removed stays removed, and no honest node holds anything any more.
    private static func expectNothingLeft(_ net: Net, _ alice: Person, _ bob: Person) async throws {
        #expect(try bob.received() == [])
        // Bob's receipts.
        #expect(try alice.received() == [])
        try await eventually("nothing is held", seconds: 10) { net.nodes[..<2].allSatisfy { $0.queuedMessages == 0 } }
    }
}
