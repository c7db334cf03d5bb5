import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@testable import MeshTerminal

@Suite("Output")
struct OutputTests {
    @Test(
        "times are RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_795_424_705_125, "2026-11-23T09:05:05.125Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (UInt64.max, "9999-12-31T23:59:59.999Z"),
        ] as [(UInt64, String)])
    func times(_ milliseconds: UInt64, _ text: String) {
        #expect(TimeText.rfc3339(milliseconds) == text)
    }

    @Test("JSON escapes what it must, and what terminals obey; everything else stands as it is")
    func json() {
        #expect(
            JSONText.string("a\"\\\n\t\u{1B}\u{7F}\u{9B}\u{2028}\u{1F44B}\u{5E9}").text
                == #""a\"\\\n\t\u001b\u007f\u009b\u2028"# + "\u{1F44B}\u{5E9}\"")
        #expect(
            JSONText.object([("b", .null), ("a", .array([.bool(true), .number(7)]))]).text
                == #"{"b":null,"a":[true,7]}"#)
    }

    @Test("other people's controls become visible signs, and can't turn the text around")
    func safe() {
        #expect(SafeText.lines("a\u{1B}[31mb\u{7F}\u{9B}c") == "a\u{241B}[31mb\u{2421}\u{FFFD}c")
        #expect(SafeText.lines("a\r\nb\rc\n") == "a\nb\nc\n")
        #expect(SafeText.lines("\u{202E}abc\u{2066}") == "abc")
        #expect(SafeText.line("a\nb") == "a\u{240A}b")
        #expect(
            SafeText.lines("\u{1F468}\u{200D}\u{1F469} \u{5E9}\u{5DC}") == "\u{1F468}\u{200D}\u{1F469} \u{5E9}\u{5DC}")
    }

    @Test("a message as JSON has the contract's fields; a stranger's contact is null")
    func message() async throws {
        let network = FakeNetwork()
        let (anna, ben) = (try Person(on: network), try Person(on: network))
        let sent = try await anna.send("hi \u{1F44B}", to: ben).sent
        try await ben.receive()
        let line = try #require(ben.console.lines.first)
        #expect(
            line.hasPrefix(
                """
                {"event":"message","id":"\(sent.id)","from":"\(anna.id)","contact":null,"text":"hi \u{1F44B}","sentAt":"20
                """))
        #expect(line.contains("\"receivedAt\":\"20"))
    }

    @Test("for people, a text of several lines is indented, and a contact has its name")
    func plain() async throws {
        let network = FakeNetwork()
        let (anna, ben) = (try Person(on: network), try Person(on: network))
        try ben.home.account.store.addContact(anna.id, name: "Anna", now: 1)
        _ = try await anna.send("one\ntwo\u{1B}", to: ben)
        try await ben.receive(json: false)
        #expect(ben.console.results.hasSuffix(" Anna: one\n    two\u{241B}\n"))
    }

    @Test("a profile as JSON brings name and colour")
    func profile() async throws {
        let network = FakeNetwork()
        let (anna, ben) = (try Person(on: network), try Person(on: network))
        try anna.home.account.store.setProfile(try Profile(name: "Anna", colour: try Colour(rgb: 0xFF)))
        try anna.home.account.store.addContact(ben.id, name: nil, now: 1)
        _ = try await anna.send("hi", to: ben)
        try await ben.receive()
        let line = try #require(ben.console.lines.last)
        #expect(line.hasPrefix("{\"event\":\"profile\""))
        #expect(line.hasSuffix("\"name\":\"Anna\",\"colour\":\"#0000ff\"}"))
    }

    @Test(
        "a text of the user's, of the limit's size and right to left, arrives as it was",
        arguments: [1, 40_000, 60_000])
    func sizes(_ count: Int) async throws {
        let network = FakeNetwork()
        let (anna, ben) = (try Person(on: network), try Person(on: network))
        let text = String(repeating: "\u{5E9}", count: count / 2) + (count % 2 == 1 ? "x" : "")
        _ = try await anna.send(text, to: ben)
        try await ben.receive()
        #expect(try ben.home.account.store.history(with: anna.id, limit: 1).first?.text == text)
    }
}
