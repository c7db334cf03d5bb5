import MeshChat
import MeshCrypto

/// What stands inside an envelope.
enum ChatTargets {
    static let all = [messages, profiles]

    static let messages = FuzzTarget("chat-messages") {
        let order = MessageOrder(
            epoch: 0x0102_0304_0506_0708, counter: 300, previous: PreviousEpoch(epoch: 9, count: 70_000))
        let ids = [InnerID(Samples.bytes16(1)), InnerID(Samples.bytes16(255))]
        return try [
            ChatMessage(.text("hello, 🌍"), order: order), ChatMessage(.typing, order: nil),
            ChatMessage(.profile(Profile(name: "Änne", colour: Colour(rgb: 0xff00ff))), order: order),
            ChatMessage(.receipt(Receipt(kind: .read, ids: ids)), order: nil),
        ].map(\.encoded)
    } check: { input throws(FuzzFinding) in
        guard let message = try? ChatMessage(decoding: input) else { return .refused }
        try FuzzFinding.require(message.encoded == input, "a message doesn't keep its bytes")
        guard let written = try? ChatMessage(message.event, order: message.order) else {
            throw FuzzFinding("a message that was taken can't be written: \(message.event.isOrdered as Any)")
        }
        let again = try? ChatMessage(decoding: written.encoded)
        try FuzzFinding.require(
            again?.event == message.event && again?.order == message.order, "a message changes when it is written again"
        )
        return .accepted
    }

    /// Colours, as they stand in a command line.
    static let profiles = FuzzTarget("colours") {
        ["#ff00FF", "#000000"].map { Array($0.utf8) }
    } check: { input throws(FuzzFinding) in
        let text = String(decoding: input, as: UTF8.self)
        guard let colour = Colour(text: text) else { return .refused }
        try FuzzFinding.require(colour.description == text.lowercased(), "\(text) becomes \(colour)")
        return .accepted
    }
}
