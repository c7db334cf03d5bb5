/// One message of chat protocol 1: the body of a sealed envelope.
///
/// A value is always within the limits, and always carries its encoding. One that was decoded keeps the very bytes it
/// came from, with everything in them that this version doesn't know; so storing and passing on lose nothing.
public struct ChatMessage: Hashable, Sendable {
    /// What it says.
    public let event: ChatEvent
    /// Its place in its sender's order; nil for an event outside of it.
    public let order: MessageOrder?
    /// The bytes for the envelope, at most ``ChatLimits/messageBytes``.
    public let encoded: [UInt8]

    /// Builds a message.
    /// - Throws: ``ChatMessageError``, naming the limit that `event` or `order` breaks.
    public init(_ event: ChatEvent, order: MessageOrder?) throws(ChatMessageError) {
        try Self.check(event)
        try Self.check(order, of: event)
        let encoded = Self.encode(event, order: order)
        guard encoded.count <= ChatLimits.messageBytes else {
            throw .tooLong(got: encoded.count, allowed: ChatLimits.messageBytes)
        }
        if case .unknown = event, try Self.decode(encoded) != (event, order) { throw .malformed }
        self.init(event: event, order: order, encoded: encoded)
    }

    /// Reads a message. Any bytes give a message or a named error.
    /// - Throws: ``ChatMessageError``, naming what is wrong with the bytes.
    public init(decoding bytes: [UInt8]) throws(ChatMessageError) {
        guard bytes.count <= ChatLimits.messageBytes else {
            throw .tooLong(got: bytes.count, allowed: ChatLimits.messageBytes)
        }
        let (event, order) = try Self.decode(bytes)
        try Self.check(event)
        try Self.check(order, of: event)
        self.init(event: event, order: order, encoded: bytes)
    }

    private init(event: ChatEvent, order: MessageOrder?, encoded: [UInt8]) {
        self.event = event
        self.order = order
        self.encoded = encoded
    }
}

extension ChatMessage {
    private static func check(_ event: ChatEvent) throws(ChatMessageError) {
        switch event {
        case .text(let text):
            let count = text.utf8.count
            guard count > 0 else { throw .textEmpty }
            guard count <= ChatLimits.textBytes else { throw .textTooLong(got: count, allowed: ChatLimits.textBytes) }
        case .receipt(let receipt):
            let count = receipt.ids.count
            guard count > 0 else { throw .receiptEmpty }
            guard count <= ChatLimits.receiptIDs else {
                throw .receiptTooLong(got: count, allowed: ChatLimits.receiptIDs)
            }
            guard receipt.proofs.isEmpty || receipt.proofs.count == count else {
                throw .receiptProofCount(got: receipt.proofs.count, allowed: count)
            }
        case .unknown(let event):
            guard !event.bytes.isEmpty else { throw .noEvent }
        case .profile, .typing: break
        }
    }

    private static func check(_ order: MessageOrder?, of event: ChatEvent) throws(ChatMessageError) {
        guard let order else {
            if event.isOrdered == true { throw .orderMissing(event: event.name) }
            return
        }
        if event.isOrdered == false { throw .orderUnexpected(event: event.name) }
        guard order.epoch != 0 else { throw .epochZero }
        try check(counter: order.counter)
        guard let previous = order.previous else { return }
        guard previous.epoch != 0, previous.epoch != order.epoch, previous.count != 0 else {
            throw .previousEpochInvalid
        }
        try check(counter: previous.count)
    }

    private static func check(counter: UInt64) throws(ChatMessageError) {
        let allowed = 1...ChatLimits.counter
        guard allowed.contains(counter) else { throw .counterOutOfRange(got: counter, allowed: allowed) }
    }
}
