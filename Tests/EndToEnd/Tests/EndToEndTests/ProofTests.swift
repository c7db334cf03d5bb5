import Foundation
import Testing

@Suite("What is proven of a message, over real nodes", .serialized)
struct ProofTests {
    @Test("three nodes sign for a message; the trace verifies it, and its opening once the recipient's proof is back")
    func trace() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        let sent = try alice.run("send", "bob", "hello", "--hold", "3", "--json")
        #expect(sent.code == 0, "\(sent)")
        let report = try #require(sent.objects.first)
        #expect(report["held"] as? Int == 3 && report["replicas"] as? Int == 3)
        let id = try #require(report["id"] as? String)
        let before = try #require(try alice.run("trace", id, "--json").objects.first)
        let receipts = try #require(Self.submission(before)["receipts"] as? [[String: Any]])
        #expect(Set(receipts.compactMap { $0["node"] as? String }).count == 3)
        #expect(receipts.allSatisfy { $0["valid"] as? Bool == true && $0["kind"] as? String == "stored" })
        #expect(before["untold"] as? [String] == ["delivered", "opened", "read"])

        #expect(try bob.received() == ["hello"])
        #expect(try alice.run("receive").code == 0)
        let after = try #require(try alice.run("trace", id, "--json").objects.first)
        #expect(Self.submission(after)["openedProof"] as? String == "secret")
        #expect(after["untold"] as? [String] == ["read"])
    }

    @Test("with a node killed two sign, and the message arrives; with two killed none accepts alone")
    func killed() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        net.nodes[1].kill()
        let two = try alice.run("send", "bob", "two", "--json", "--timeout", "20")
        #expect(two.code == 0 && two.objects.first?["held"] as? Int == 2, "\(two)")
        net.nodes[2].kill()
        let one = try alice.run("send", "bob", "one", "--json", "--timeout", "10")
        #expect(one.code == 75 && one.objects.first?["state"] as? String == "queued", "\(one)")
        try net.nodes[1].start()
        #expect(try alice.run("send", "bob", "three", "--timeout", "30").code == 0)
        #expect(try bob.received() == ["two", "one", "three"])
    }

    @Test("what nobody fetched is recalled by all three nodes' signatures and never comes; what was fetched is not")
    func recall() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        let ids = try ["regretted", "meant"].map { text in
            try #require(
                try alice.run("send", "bob", text, "--hold", "3", "--json").objects.first?["id"] as? String)
        }
        let first = try alice.run("recall", ids[0], "--json")
        let report = try #require(first.objects.first)
        #expect(first.code == 0 && report["recalled"] as? Bool == true, "\(first)")
        let answers = try #require(report["nodes"] as? [[String: Any]])
        #expect(answers.count == 3 && answers.allSatisfy { $0["outcome"] as? String == "recalled" }, "\(first)")

        #expect(try bob.received() == ["meant"])
        let second = try alice.run("recall", ids[1], "--json")
        #expect(second.code == 69 && second.objects.first?["recalled"] as? Bool == false, "\(second)")
        #expect(try bob.received() == [])
    }

    private static func submission(_ trace: [String: Any]) -> [String: Any] {
        (trace["submissions"] as? [[String: Any]])?.first ?? [:]
    }
}
