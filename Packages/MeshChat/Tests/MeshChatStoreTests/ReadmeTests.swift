import Foundation
import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

// README example begins
func deliverHello(
    from anna: UserIdentity, in annaStore: ChatStore, to ben: UserIdentity, in benStore: ChatStore
) throws {
    let network = NetworkID(Bytes32())
    let now: UInt64 = 1_800_000_000_000  // milliseconds since 1970

    // Seals in the transaction that writes the history: nothing is kept half.
    func seal(_ draft: ChatDraft) throws -> OutgoingSubmission {
        let sealed = try Envelope.seal(
            body: draft.body, from: anna, to: draft.recipient, network: network, sentAtMilliseconds: now)
        let expiry = UInt32(now / 1_000) + ChatLimits.outboxSeconds
        let id = Hash.blake2b16(
            context: "mesh submission 1", draft.recipient, expiry, UInt16(0), sealed.acknowledgementHash,
            sealed.recallHash, sealed.bytes)  // what MeshWire's `Submission` says
        return OutgoingSubmission(
            id: SubmissionID(id), sealed: sealed, recipient: draft.recipient, expirySeconds: expiry)
    }

    try annaStore.addContact(ben.id, name: "Ben", now: now)
    let sent = try annaStore.sendText("Hello, Ben!", to: ben.id, now: now, seal: seal)

    // The outbox says what to submit; every try takes the very same bytes from the store.
    var outbox = Outbox()
    var actions = try outbox.add(annaStore.outboxItems(), now: now)
    actions += outbox.onLinkUp(now: now)
    for case .submit(let item) in actions {
        guard let submission = try annaStore.submission(item.id) else { continue }

        // … over the network to Ben, whose program opens it and keeps it before it acknowledges:
        let opened = try Envelope.open(
            submission.envelope, recipient: ben, network: network,
            acknowledgementHash: submission.acknowledgementHash, recallHash: submission.recallHash)
        let outcome = try benStore.receive([IncomingMessage(opened)], now: now)
        for entry in outcome.changes.shown { print(entry.text ?? "…") }  // Hello, Ben!

        // … and the nodes' answer comes back to Anna.
        for case .keep(let kept) in outbox.onAccepted(item.id, Custody(held: 3, replicas: 3), now: now) {
            _ = try annaStore.keep([kept])
        }
    }
    print(try annaStore.ownMessage(sent.id, to: ben.id)?.content as Any)  // own(…, accepted, held by 3 of 3)
}
// README example ends

@Suite("README") struct ReadmeTests {
    @Test("The example delivers a message and shows where it is") func example() throws {
        let (anna, ben) = (UserIdentity.generate(), UserIdentity.generate())
        let annaStore = try ChatStore.inMemory(key: .generate())
        let benStore = try ChatStore.inMemory(key: .generate())
        try deliverHello(from: anna, in: annaStore, to: ben, in: benStore)
        #expect(try benStore.history(with: anna.id, limit: 5).map(\.text) == ["Hello, Ben!"])
        let own = try #require(try annaStore.history(with: ben.id, limit: 5).first)
        #expect(own.content.ownState == .accepted && own.content.custody?.description == "held by 3 of 3")
    }

    @Test("The README shows the very lines that are run here") func sameLines() throws {
        let source = URL(fileURLWithPath: #filePath)
        let readme = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = try String(contentsOf: source, encoding: .utf8)
        let begin = try #require(text.range(of: "// README example begins\n"))
        let end = try #require(text.range(of: "// README example ends\n"))
        let example = text[begin.upperBound..<end.lowerBound]
        #expect(try String(contentsOf: readme, encoding: .utf8).contains("```swift\n\(example)```"))
    }
}
