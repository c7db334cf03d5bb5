import MeshChat
import MeshCrypto
import Testing

@Suite("Chat messages") struct ChatMessageTests {
    static let order = MessageOrder(epoch: 7, counter: 1)
    static let linked = MessageOrder(epoch: .max, counter: 9, previous: PreviousEpoch(epoch: 1, count: 3))

    @Test(
        "Every kind of event, encoded and decoded, is the same",
        arguments: [
            (ChatEvent.text("hello"), order), (.text("שלום 👩‍👩‍👧 e\u{301}\u{0}"), linked), (.profile(.none), order),
            (.typing, nil), (.receipt(Receipt(kind: .delivered, ids: [innerID(1), innerID(2)])), nil),
            (.receipt(Receipt(kind: .read, ids: [innerID(3)])), nil),
        ] as [(ChatEvent, MessageOrder?)])
    func roundTrip(event: ChatEvent, order: MessageOrder?) throws {
        let message = try ChatMessage(event, order: order)
        let decoded = try ChatMessage(decoding: message.encoded)
        #expect(decoded == message)
        #expect(decoded.event == event)
        #expect(decoded.order == order)
    }

    @Test("A profile with name and colour survives") func profile() throws {
        let profile = try Profile(name: "Änne 🦊", colour: Colour(rgb: 0xFF8000))
        let message = try ChatMessage(.profile(profile), order: Self.order)
        #expect(try ChatMessage(decoding: message.encoded).event == .profile(profile))
        #expect(profile.colour?.description == "#ff8000")
        #expect(Colour(text: "#FF8000") == profile.colour)
        for text in ["ff8000", "#ff800", "#ff80000", "#+f8000", "", "#gggggg"] { #expect(Colour(text: text) == nil) }
    }

    @Test("The longest text fits, one byte more is refused with both numbers") func longestText() throws {
        let longest = String(repeating: "x", count: ChatLimits.textBytes)
        let message = try ChatMessage(.text(longest), order: Self.linked)
        #expect(message.encoded.count <= ChatLimits.messageBytes)
        #expect(try ChatMessage(decoding: message.encoded) == message)
        #expect(throws: ChatMessageError.textTooLong(got: 60_001, allowed: 60_000)) {
            try ChatMessage(.text(longest + "x"), order: Self.order)
        }
    }

    @Test("Secrets stand beside their ids; a wrong number or length of them is a named error") func proofs() throws {
        let ids = (0..<ChatLimits.receiptProofs).map { innerID(UInt8($0)) }
        let secrets: [ProofSecret?] = ids.indices.map { $0 % 3 == 0 ? nil : ProofSecret.random() }
        let message = try ChatMessage(.receipt(Receipt(kind: .delivered, ids: ids, proofs: secrets)), order: nil)
        #expect(Envelope.size(bodyBytes: message.encoded.count) == 4_096)
        let read = try ChatMessage(decoding: message.encoded)
        #expect(read.event == .receipt(Receipt(kind: .delivered, ids: ids, proofs: secrets)))
        #expect(throws: ChatMessageError.receiptProofCount(got: 1, allowed: 2)) {
            let receipt = Receipt(kind: .read, ids: [innerID(1), innerID(2)], proofs: [.random()])
            _ = try ChatMessage(.receipt(receipt), order: nil)
        }
        // field 5: kind 1, one id, one proof of 3 bytes.
        let id = [UInt8](repeating: 9, count: 16)
        let body = [0x08, 1, 0x12, 16] + id + [0x1a, 3, 1, 2, 3]
        #expect(throws: ChatMessageError.receiptProofLength(got: 3, allowed: 16)) {
            _ = try ChatMessage(decoding: [0x2a, UInt8(body.count)] + body)
        }
    }

    @Test("The greatest receipt fits the 4 KiB envelope, one id more is refused") func greatestReceipt() throws {
        let ids = (0..<ChatLimits.receiptIDs).map { innerID(UInt8($0)) }
        let message = try ChatMessage(.receipt(Receipt(kind: .read, ids: ids)), order: nil)
        #expect(Envelope.size(bodyBytes: message.encoded.count) == 4_096)
        #expect(throws: ChatMessageError.receiptTooLong(got: 193, allowed: 192)) {
            try ChatMessage(.receipt(Receipt(kind: .read, ids: ids + [innerID(0)])), order: nil)
        }
    }

    @Test("What a message may not be is refused by name, built or decoded") func refusals() {
        #expect(throws: ChatMessageError.textEmpty) { try ChatMessage(.text(""), order: Self.order) }
        #expect(throws: ChatMessageError.orderMissing(event: "text")) { try ChatMessage(.text("a"), order: nil) }
        #expect(throws: ChatMessageError.orderUnexpected(event: "typing")) {
            try ChatMessage(.typing, order: Self.order)
        }
        #expect(throws: ChatMessageError.epochZero) {
            try ChatMessage(.text("a"), order: MessageOrder(epoch: 0, counter: 1))
        }
        #expect(throws: ChatMessageError.counterOutOfRange(got: 0, allowed: 1...ChatLimits.counter)) {
            try ChatMessage(.text("a"), order: MessageOrder(epoch: 1, counter: 0))
        }
        for previous in [PreviousEpoch(epoch: 1, count: 1), .init(epoch: 0, count: 1), .init(epoch: 2, count: 0)] {
            #expect(throws: ChatMessageError.previousEpochInvalid) {
                try ChatMessage(.text("a"), order: MessageOrder(epoch: 1, counter: 1, previous: previous))
            }
        }
        #expect(throws: ChatMessageError.noEvent) { try ChatMessage(decoding: []) }
        #expect(throws: ChatMessageError.receiptEmpty) {
            try ChatMessage(.receipt(Receipt(kind: .read, ids: [])), order: nil)
        }
        #expect(throws: ChatMessageError.malformed) { try ChatMessage(decoding: [0xFF, 0xFF]) }
        #expect(throws: ChatMessageError.tooLong(got: 61_228, allowed: 61_227)) {
            try ChatMessage(decoding: [UInt8](repeating: 0, count: 61_228))
        }
    }

    @Test("Names that are too long or steer terminals are refused") func names() throws {
        #expect(try Profile(name: String(repeating: "é", count: 64)).name.count == 64)
        #expect(throws: ChatMessageError.nameTooLong(got: 65, allowed: 64)) {
            try Profile(name: String(repeating: "a", count: 65))
        }
        for scalar in ["\u{1B}", "\n", "\u{202E}", "\u{85}", "\u{7F}"] as [Unicode.Scalar] {
            #expect(throws: ChatMessageError.nameHasControl(scalar: scalar.value)) {
                try Profile(name: "a\(Character(scalar))b")
            }
        }
    }

    @Test("Every error tells a person something") func descriptions() {
        let errors: [ChatMessageError] = [
            .tooLong(got: 2, allowed: 1), .malformed, .noEvent, .textEmpty, .textTooLong(got: 2, allowed: 1),
            .nameTooLong(got: 2, allowed: 1), .nameHasControl(scalar: 27), .colourOutOfRange(got: 2, allowed: 1),
            .receiptEmpty, .receiptTooLong(got: 2, allowed: 1), .receiptIDLength(got: 2, allowed: 16),
            .orderMissing(event: "text"), .orderUnexpected(event: "typing"), .epochZero,
            .counterOutOfRange(got: 0, allowed: 1...2), .previousEpochInvalid,
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
    }
}

@Suite("What this version doesn't know") struct UnknownEventTests {
    /// Field 99 of ChatMessage, two bytes long, holding 'hi'.
    static let later: [UInt8] = [0x9A, 0x06, 2, 0x68, 0x69]

    @Test("An unknown event is kept byte by byte, in its order") func kept() throws {
        let order = MessageOrder(epoch: 5, counter: 2)
        let message = try ChatMessage(.unknown(UnknownEvent(bytes: Self.later)), order: order)
        let decoded = try ChatMessage(decoding: message.encoded)
        #expect(decoded == message)
        #expect(decoded.event == .unknown(UnknownEvent(bytes: Self.later)))
        #expect(decoded.order == order)
    }

    @Test("A receipt of an unknown kind is an unknown event") func receiptKind() throws {
        var bytes = try ChatMessage(.receipt(Receipt(kind: .read, ids: [innerID(1)])), order: nil).encoded
        bytes[3] = 9
        let message = try ChatMessage(decoding: bytes)
        #expect(message.event == .unknown(UnknownEvent(bytes: bytes)))
        #expect(message.encoded == bytes)
    }

    @Test("Details that came later stay in the encoding of a text") func detailsKept() throws {
        let text = try ChatMessage(.text("a"), order: MessageOrder(epoch: 5, counter: 2))
        let message = try ChatMessage(decoding: text.encoded + Self.later)
        #expect(message.event == .text("a"))
        #expect(message.encoded == text.encoded + Self.later)
    }

    @Test("Known bytes passed off as unknown are refused") func notUnknown() throws {
        let text = try ChatMessage(.typing, order: nil).encoded
        #expect(throws: ChatMessageError.malformed) { try ChatMessage(.unknown(UnknownEvent(bytes: text)), order: nil) }
    }
}
