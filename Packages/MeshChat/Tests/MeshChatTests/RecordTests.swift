import MeshCrypto
import Testing

@testable import MeshChat

@Suite("Kept conversations") struct RecordTests {
    static func busy() throws -> Conversation {
        var conversation = Conversation(with: Person.ben)
        let rules = ReceiptRules(isContact: true)
        for (id, counter) in [(1, 1), (2, 2), (4, 4), (6, 6)] as [(UInt8, UInt64)] {
            let message = try ConversationTests.text(id, counter, sentAt: 5)
            _ = conversation.onReceived(message, seenBefore: false, rules: rules, now: 1_000)
        }
        conversation.onRead(upTo: 1, ids: [innerID(1)], rules: rules, now: 1_100)
        _ = try conversation.onSend(.text("a"), in: SendingStart(generation: 1, freshEpoch: 8))
        _ = try conversation.onSend(.text("b"), in: SendingStart(generation: 2, freshEpoch: 9))
        return conversation
    }

    @Test("A conversation that was kept goes on as it was") func roundTrip() throws {
        let conversation = try Self.busy()
        #expect(try Conversation(with: Person.ben, record: conversation.record) == conversation)
        let fresh = Conversation(with: Person.cleo)
        #expect(try Conversation(with: Person.cleo, record: fresh.record) == fresh)
    }

    @Test("A record of version 1, from before secrets were told, is read") func versionOne() throws {
        let conversation = try Self.busy()
        let old = [1] + conversation.record.dropFirst().dropLast(4)
        #expect(try Conversation(with: Person.ben, record: old) == conversation)
    }

    @Test("A record that is cut, longer or of another version is an error") func damaged() throws {
        let record = try Self.busy().record
        for count in 0..<record.count {
            #expect(throws: RecordError.self) {
                try Conversation(with: Person.ben, record: Array(record.prefix(count)))
            }
        }
        #expect(throws: RecordError.self) { try Conversation(with: Person.ben, record: record + [0]) }
        #expect(throws: RecordError.self) {
            try Conversation(with: Person.ben, record: [9] + record.dropFirst())
        }
    }

    @Test("Mutated records give a value or an error") func mutated() throws {
        let record = try Self.busy().record
        var random = Seeded(3)
        for _ in 0..<20_000 {
            let bytes = ChatMessageFuzzTests.mutate(record, with: record, &random)
            _ = try? Conversation(with: Person.ben, record: bytes)
        }
    }
}
