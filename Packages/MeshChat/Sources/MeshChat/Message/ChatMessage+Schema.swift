import MeshChatSchema
import MeshCrypto
import SwiftProtobuf

extension ChatMessage {
    static func encode(_ event: ChatEvent, order: MessageOrder?) -> [UInt8] {
        var message = Mesh_Chat_V1_ChatMessage()
        if let order { message.order = Mesh_Chat_V1_Order(order) }
        switch event {
        case .text(let text): message.text.text = text
        case .profile(let profile): message.profile = Mesh_Chat_V1_Profile(profile)
        case .typing: message.typing = Mesh_Chat_V1_Typing()
        case .receipt(let receipt): message.receipt = Mesh_Chat_V1_Receipt(receipt)
        case .unknown(let event): return serialized(message) + event.bytes
        }
        return serialized(message)
    }

    static func decode(_ bytes: [UInt8]) throws(ChatMessageError) -> (ChatEvent, MessageOrder?) {
        let message: Mesh_Chat_V1_ChatMessage
        do { message = try Mesh_Chat_V1_ChatMessage(serializedBytes: bytes) } catch { throw .malformed }
        return (try event(of: message), try order(of: message))
    }

    private static func event(of message: Mesh_Chat_V1_ChatMessage) throws(ChatMessageError) -> ChatEvent {
        switch message.event {
        case .text(let text): .text(text.text)
        case .profile(let profile): .profile(try Profile(profile))
        case .typing: .typing
        case .receipt(let receipt): try receiptEvent(receipt, in: message)
        case nil: unknown(message)
        }
    }

    /// A receipt of a kind that came later is an unknown event as a whole.
    private static func receiptEvent(
        _ receipt: Mesh_Chat_V1_Receipt, in message: Mesh_Chat_V1_ChatMessage
    ) throws(ChatMessageError) -> ChatEvent {
        guard let kind = Receipt.Kind(receipt.kind) else { return unknown(message) }
        guard receipt.ids.count <= ChatLimits.receiptIDs else {
            throw .receiptTooLong(got: receipt.ids.count, allowed: ChatLimits.receiptIDs)
        }
        var ids: [InnerID] = []
        for bytes in receipt.idBytes {
            guard let id = Bytes16(bytes) else { throw .receiptIDLength(got: bytes.count, allowed: 16) }
            ids.append(InnerID(id))
        }
        return .receipt(Receipt(kind: kind, ids: ids, proofs: try proofs(of: receipt)))
    }

    private static func proofs(of receipt: Mesh_Chat_V1_Receipt) throws(ChatMessageError) -> [ProofSecret?] {
        guard receipt.proofs.isEmpty || receipt.proofs.count == receipt.ids.count else {
            throw .receiptProofCount(got: receipt.proofs.count, allowed: receipt.ids.count)
        }
        var proofs: [ProofSecret?] = []
        for bytes in receipt.proofBytes {
            guard !bytes.isEmpty else {
                proofs.append(nil)
                continue
            }
            guard let secret = Bytes16(bytes) else { throw .receiptProofLength(got: bytes.count, allowed: 16) }
            proofs.append(ProofSecret(secret))
        }
        return proofs
    }

    private static func unknown(_ message: Mesh_Chat_V1_ChatMessage) -> ChatEvent {
        var rest = message
        rest.clearOrder()
        return .unknown(UnknownEvent(bytes: serialized(rest)))
    }

    private static func order(of message: Mesh_Chat_V1_ChatMessage) throws(ChatMessageError) -> MessageOrder? {
        guard message.hasOrder else { return nil }
        let order = message.order
        guard (order.previousEpoch == 0) == (order.previousCount == 0) else { throw .previousEpochInvalid }
        let previous =
            order.previousEpoch == 0
            ? nil : PreviousEpoch(epoch: order.previousEpoch, count: order.previousCount)
        return MessageOrder(epoch: order.epoch, counter: order.counter, previous: previous)
    }

    private static func serialized(_ message: Mesh_Chat_V1_ChatMessage) -> [UInt8] {
        do { return try message.serializedBytes() } catch {
            // Serializing fails only for proto2's required fields and for more than 2 GiB.
            preconditionFailure("a checked chat message could not be written: \(error)")
        }
    }
}

extension Mesh_Chat_V1_Order {
    init(_ order: MessageOrder) {
        self.init()
        epoch = order.epoch
        counter = order.counter
        previousEpoch = order.previous?.epoch ?? 0
        previousCount = order.previous?.count ?? 0
    }
}

extension Mesh_Chat_V1_Profile {
    init(_ profile: MeshChat.Profile) {
        self.init()
        name = profile.name
        if let colour = profile.colour { self.colour = colour.rgb }
    }
}

extension Profile {
    init(_ profile: Mesh_Chat_V1_Profile) throws(ChatMessageError) {
        let colour = profile.hasColour ? try Colour(rgb: profile.colour) : nil
        try self.init(name: profile.name, colour: colour)
    }
}

extension Mesh_Chat_V1_Receipt {
    init(_ receipt: MeshChat.Receipt) {
        self.init()
        kind = receipt.kind == .read ? .read : .delivered
        idBytes = receipt.ids.map(\.bytes.bytes)
        proofBytes = receipt.proofs.map { $0?.bytes.bytes ?? [] }
    }
}

extension Receipt.Kind {
    init?(_ kind: Mesh_Chat_V1_Receipt.Kind) {
        switch kind {
        case .delivered: self = .delivered
        case .read: self = .read
        case .unspecified, .UNRECOGNIZED: return nil
        }
    }
}
