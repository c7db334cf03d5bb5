import Foundation
import MeshCrypto
import Testing

@Suite("README")
struct ReadmeTests {
    /// What the example has printed.
    final class Output {
        var lines: [String] = []
    }

    private func example(_ output: Output) throws {
        func print(_ items: Any...) {
            output.lines.append(items.map { "\($0)" }.joined(separator: " "))
        }
        // begin
        // Two people make their keys; others know them by their ids.
        let alice = UserIdentity.generate()
        let bob = UserIdentity.generate()
        let network = NetworkID(.random())

        // Alice takes Bob's id from a text and seals a message for him.
        let recipient = try UserID(text: bob.id.description)
        let sealed = try Envelope.seal(
            body: Array("hello".utf8), from: alice, to: recipient, network: network,
            sentAtMilliseconds: 1_795_435_200_000)

        // Whoever carries it sees 512 bytes and two hashes. Bob opens it and knows who wrote it.
        let opened = try Envelope.open(
            sealed.bytes, recipient: bob, network: network,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash)
        print(opened.sender == alice.id, String(decoding: opened.body, as: UTF8.self))

        // Bob proves that he has opened it: the secret was inside.
        print(opened.acknowledgementSecret.hash == sealed.acknowledgementHash)

        // Both compare twelve groups of digits over the telephone.
        print(SafetyNumber(alice.id, bob.id) == SafetyNumber(bob.id, alice.id))

        // Bob keeps his identity under a passphrase. A wrong one and a damaged file are different errors.
        var vault = Vault()
        try vault.add(bob, label: "bob")
        let file = try vault.encode(passphrase: SecretBytes(utf8: "correct horse battery staple"))
        do {
            _ = try Vault.decode(file, passphrase: SecretBytes(utf8: "a guess"))
        } catch {
            print(error)
        }
        // end
    }

    @Test("the example is the code above, word for word, and prints what the README says")
    func readme() throws {
        let here = URL(fileURLWithPath: #filePath)
        let package = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: package.appendingPathComponent("README.md"), encoding: .utf8)
        let source = try String(contentsOf: here, encoding: .utf8)
        let code = try #require(block(of: text, from: "```swift\n", to: "```"))
        let ran = try #require(block(of: source, from: "// begin\n", to: "        // end"))
        #expect(code.map(trimmed) == ran.map(trimmed))

        let output = Output()
        try example(output)
        let printed = try #require(block(of: text, from: "It prints\n\n```\n", to: "```"))
        #expect(printed.dropLast().map(String.init) == output.lines)
    }

    private func block(of text: String, from start: String, to end: String) -> [Substring]? {
        guard let from = text.range(of: start), let to = text[from.upperBound...].range(of: end) else { return nil }
        return text[from.upperBound..<to.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func trimmed(_ line: Substring) -> String { line.trimmingCharacters(in: .whitespaces) }
}
