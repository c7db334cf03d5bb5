import Foundation
import MeshChat
import MeshCrypto
import Testing

/// The published test vectors, as PROTOCOL.md describes them.
struct Vectors: Decodable {
    struct Order: Decodable {
        let epoch: String
        let counter: UInt64
        let previousEpoch: String?
        let previousCount: UInt64?

        func value() throws -> MessageOrder {
            let previous = try previousEpoch.map {
                PreviousEpoch(epoch: try #require(UInt64($0)), count: try #require(previousCount))
            }
            return MessageOrder(epoch: try #require(UInt64(epoch)), counter: counter, previous: previous)
        }
    }

    struct Valid: Decodable {
        struct Event: Decodable {
            struct Profile: Decodable {
                let name: String
                let colour: String?
            }
            struct Receipt: Decodable {
                let kind: String
                let ids: [String]
                let proofs: [String]?
            }
            let text: String?
            let profile: Profile?
            let typing: Bool?
            let receipt: Receipt?
            let unknown: String?
        }
        let name: String
        let bytes: String
        let event: Event
        let order: Order?
    }

    struct Invalid: Decodable {
        struct Run: Decodable {
            let byte: String
            let times: Int
        }
        let name: String
        let bytes: String
        let then: Run?
        let error: String
    }

    struct Ordering: Decodable {
        struct Release: Decodable {
            let show: UInt8?
            let late: Bool?
            let gap: UInt64?
            let atLeast: Bool?
        }
        struct Step: Decodable {
            let at: UInt64
            let id: UInt8?
            let epoch: String?
            let counter: UInt64?
            let previousEpoch: String?
            let previousCount: UInt64?
            let sentAt: UInt64?
            let released: [Release]
        }
        let name: String
        let steps: [Step]
    }

    let valid: [Valid]
    let invalid: [Invalid]
    let ordering: [Ordering]

    static func load() throws -> Vectors {
        let url = try #require(Bundle.module.url(forResource: "chat", withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: url))
    }

    static func bytes(_ hex: String) throws -> [UInt8] {
        try stride(from: 0, to: hex.utf8.count, by: 2).map { offset in
            let start = hex.index(hex.startIndex, offsetBy: offset)
            return try #require(UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16))
        }
    }
}

@Suite("Published vectors") struct VectorTests {
    @Test("Every valid message reads as told, and is written to the same bytes") func valid() throws {
        let vectors = try Vectors.load().valid
        #expect(vectors.count >= 10)
        for vector in vectors {
            let bytes = try Vectors.bytes(vector.bytes)
            let message = try ChatMessage(decoding: bytes)
            let event = try Self.event(vector.event)
            #expect(message.event == event, "\(vector.name)")
            #expect(try message.order == vector.order?.value(), "\(vector.name)")
            // What came later beside a known event isn't written anew, so only the rest is compared.
            let written = try ChatMessage(event, order: message.order).encoded
            #expect(bytes.starts(with: written), "\(vector.name)")
        }
    }

    @Test("Every invalid message is refused by the name that is told") func invalid() throws {
        let vectors = try Vectors.load().invalid
        #expect(vectors.count >= 15)
        for vector in vectors {
            var bytes = try Vectors.bytes(vector.bytes)
            if let run = vector.then {
                bytes += [UInt8](repeating: try #require(UInt8(run.byte, radix: 16)), count: run.times)
            }
            do {
                _ = try ChatMessage(decoding: bytes)
                Issue.record("\(vector.name) was accepted")
            } catch { #expect(Self.name(of: error) == vector.error, "\(vector.name)") }
        }
    }

    @Test("Every ordering is released as told") func ordering() throws {
        let vectors = try Vectors.load().ordering
        #expect(vectors.count >= 8)
        for vector in vectors {
            var order = SenderOrder()
            for step in vector.steps {
                let releases = try Self.arrival(step).map { order.onArrival($0) } ?? order.onTick(now: step.at)
                #expect(releases.map(Self.short) == step.released.map(Self.short), "\(vector.name), at \(step.at)")
            }
        }
    }

    private static func event(_ event: Vectors.Valid.Event) throws -> ChatEvent {
        if let text = event.text { return .text(text) }
        if let profile = event.profile {
            return .profile(try Profile(name: profile.name, colour: profile.colour.flatMap { Colour(text: $0) }))
        }
        if let receipt = event.receipt {
            let ids = try receipt.ids.map { InnerID(try #require(Bytes16(hex: $0))) }
            let proofs = try receipt.proofs?.map { hex in
                hex.isEmpty ? nil : ProofSecret(try #require(Bytes16(hex: hex)))
            }
            return .receipt(Receipt(kind: receipt.kind == "read" ? .read : .delivered, ids: ids, proofs: proofs ?? []))
        }
        if let unknown = event.unknown { return .unknown(UnknownEvent(bytes: try Vectors.bytes(unknown))) }
        return .typing
    }

    private static func arrival(_ step: Vectors.Ordering.Step) throws -> Arrival? {
        guard let id = step.id else { return nil }
        let order = Vectors.Order(
            epoch: try #require(step.epoch), counter: try #require(step.counter), previousEpoch: step.previousEpoch,
            previousCount: step.previousCount)
        return Arrival(
            id: innerID(id), kind: .text, order: try order.value(), sentAtMilliseconds: step.sentAt ?? 0,
            arrivedAtMilliseconds: step.at)
    }

    private static func short(_ release: SenderOrder.Release) -> String {
        switch release {
        case .message(let arrival, let late): "\(arrival.id.bytes.bytes[0])\(late ? " late" : "")"
        case .gap(let gap): "gap \(gap.missing)\(gap.isAtLeast ? " at least" : "")"
        }
    }

    private static func short(_ release: Vectors.Ordering.Release) -> String {
        if let gap = release.gap { return "gap \(gap)\(release.atLeast == true ? " at least" : "")" }
        return "\(release.show ?? 0)\(release.late == true ? " late" : "")"
    }

    private static func name(of error: ChatMessageError) -> String {
        switch error {
        case .tooLong: "tooLong"
        case .malformed: "malformed"
        case .noEvent: "noEvent"
        case .textEmpty: "textEmpty"
        case .textTooLong: "textTooLong"
        case .nameTooLong: "nameTooLong"
        case .nameHasControl: "nameHasControl"
        case .colourOutOfRange: "colourOutOfRange"
        case .receiptEmpty: "receiptEmpty"
        case .receiptTooLong: "receiptTooLong"
        case .receiptIDLength: "receiptIDLength"
        case .receiptProofCount: "receiptProofCount"
        case .receiptProofLength: "receiptProofLength"
        case .orderMissing: "orderMissing"
        case .orderUnexpected: "orderUnexpected"
        case .epochZero: "epochZero"
        case .counterOutOfRange: "counterOutOfRange"
        case .previousEpochInvalid: "previousEpochInvalid"
        }
    }
}
