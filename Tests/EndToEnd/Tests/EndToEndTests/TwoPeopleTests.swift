import Foundation
import Testing

@Suite("Two people talk over real nodes", .serialized)
struct TwoPeopleTests {
    @Test("nodes started before the one they join find each other, and rejoin by themselves after a restart")
    func anyOrder() async throws {
        let net = try Net()
        let first = net.add()
        let second = net.add(join: [first])
        let third = net.add(join: [second])
        try third.start()
        try second.start()
        try first.start()
        try await net.agreed()
        second.kill()
        try second.start()
        try await net.agreed()
    }

    @Test("texts of 1 byte, 40 kB, emoji and right-to-left, from an argument and a pipe, arrive as they were sent")
    func texts() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[1])
        let long = String(repeating: "0123456789", count: 4_000)
        let texts = ["x", "👩‍👩‍👧‍👦 🇩🇪 e\u{301}", "שלום עולם — مرحبا", "two\nlines", " spaces \t"]
        for text in texts {
            let sent = try alice.run("send", "bob", text, "--json")
            #expect(sent.code == 0, "\(sent)")
        }
        #expect(try alice.run("send", "bob", "-", input: long).code == 0)
        #expect(try bob.received() == texts + [long])
        #expect(try bob.received() == [])
        // Bob's receipts wait for Alice; when she has them, nobody holds anything.
        #expect(try alice.received() == [])
        for node in net.nodes { #expect(node.queuedMessages == 0) }
    }

    @Test("an answer comes back, states move on to delivered")
    func answer() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        #expect(try alice.run("send", "bob", "hello").code == 0)
        #expect(try bob.received() == ["hello"])
        #expect(try bob.run("send", "alice", "hi").code == 0)
        let events = try alice.run("receive", "--json")
        #expect(events.texts == ["hi"])
        #expect(events.objects.contains { $0["event"] as? String == "delivered" })
    }

    @Test("waiting for delivered ends when the other has it")
    func waitDelivered() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        let follow = try bob.start("receive", "--follow", "--json")
        let sent = try alice.run("send", "bob", "are you there?", "--wait", "delivered", "--timeout", "30")
        #expect(sent.code == 0, "\(sent)")
        follow.signal(SIGTERM)
        #expect(follow.ending().code == 0)
    }

    @Test("500 messages in a row arrive complete, once, in order")
    func manyInARow() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[2])
        let texts = (1...500).map { "message \($0)" }
        for text in texts {
            let sent = try alice.run("send", "bob", text)
            guard sent.code == 0 else {
                Issue.record("\(text): \(sent)")
                return
            }
        }
        #expect(try bob.received("--timeout", "60") == texts)
    }

    @Test("receive --follow runs while send is called 100 times on the same home: nothing displaced, lost or doubled")
    func sameHome() async throws {
        let net = try await Net.running(3)
        let (alice, bob) = try net.twoPeople(join: net.nodes[0])
        let follow = try alice.start("receive", "--follow", "--json")
        let other = try bob.start("receive", "--follow", "--json")
        for number in 1...100 {
            #expect(try alice.run("send", "bob", "to bob \(number)").code == 0)
            if number % 10 == 0 { #expect(try bob.run("send", "alice", "to alice \(number)").code == 0) }
        }
        func texts(_ running: Running) -> [String] {
            Ending(code: 0, output: running.said, errors: "").texts
        }
        try await eventually("all has come") { texts(other).count >= 100 && texts(follow).count >= 10 }
        #expect(texts(other) == (1...100).map { "to bob \($0)" })
        #expect(texts(follow) == stride(from: 10, through: 100, by: 10).map { "to alice \($0)" })
        for running in [follow, other] {
            #expect(running.isRunning)
            running.signal(SIGTERM)
            #expect(running.ending().code == 0)
        }
    }

    @Test("a text over the limit is refused by name and nothing is sent")
    func tooLong() async throws {
        let net = try await Net.running(1)
        let alice = try net.person("alice", join: net.nodes[0])
        let bob = try net.person("bob", join: net.nodes[0])
        try alice.knows(bob, as: "bob")
        let sent = try alice.run("send", "bob", "-", input: String(repeating: "x", count: 70_000))
        #expect(sent.code != 0 && sent.code != 75)
        #expect(sent.errors.contains("70000") || sent.errors.contains("70,000"), "\(sent.errors)")
        #expect(try bob.received() == [])
    }
}
