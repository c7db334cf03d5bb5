import Glibc

/// A client of MQTT 3.1.1 with quality of service 1, for comparing: what a person is, a topic is here.
final class MQTTSession: ChatSession {
    /// Which end of a conversation.
    enum Role {
        /// Publishes only; nothing is kept for it.
        case sender
        /// Its subscription is kept while it is away.
        case recipient
    }

    private let role: Role
    private let login: PeerLogin
    private var payload: [UInt8]
    private var output: [UInt8] = []
    private var lastPacket: UInt16 = 0
    private var sentAt: [UInt16: UInt64] = [:]
    private var expected: Int?
    private var received = 0

    init(
        _ worker: Worker, to address: Address, as role: Role, login: PeerLogin, person: Int, payload: Int
    ) throws(SystemCall.Failure) {
        self.role = role
        self.login = login
        self.payload = [UInt8](repeating: 0x61, count: payload)
        try super.init(worker, to: address, person: person)
    }

    override func connected() {
        let name = role == .sender ? "s\(person)" : "r\(person)"
        // Flags: user, password, and for senders a clean session. No keep-alive.
        let flags: UInt8 = role == .sender ? 0xc2 : 0xc0
        packet(0x10) { body in
            Self.text("MQTT", &body)
            body += [4, flags, 0, 0]
            for part in [name, login.user, login.password] { Self.text(part, &body) }
        }
    }

    override func follow() {
        packet(0x82) { body in
            body += [0, 1]
            Self.text("u/\(person)", &body)
            body.append(1)
        }
    }

    override func drain(expected: Int) { self.expected = expected }

    override func send(_ message: Message, to recipient: Int) {
        lastPacket = lastPacket == .max ? 1 : lastPacket + 1
        sentAt[lastPacket] = message.sentAt
        payload.withUnsafeMutableBytes { $0.storeBytes(of: message, as: Message.self) }
        packet(0x32) { body in
            Self.text("u/\(recipient)", &body)
            body += [UInt8(lastPacket >> 8), UInt8(lastPacket & 255)]
            body += payload
        }
    }

    override func flush() {
        output.withUnsafeBytes { transmit($0) }
        output.removeAll(keepingCapacity: true)
    }

    override func received(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        var start = 0
        while !isEnded, let body = Self.next(bytes, start) {
            take(bytes[start], UnsafeRawBufferPointer(rebasing: bytes[body]))
            start = body.upperBound
        }
        return isEnded ? bytes.count : start
    }
}

// What comes in.
extension MQTTSession {
    /// Where the body of the packet at `start` lies; nil if it isn't there as a whole.
    private static func next(_ bytes: UnsafeMutableRawBufferPointer, _ start: Int) -> Range<Int>? {
        var count = 0
        var shift = 0
        var index = start + 1
        while index < bytes.count {
            count |= Int(bytes[index] & 0x7f) << shift
            shift += 7
            index += 1
            if bytes[index - 1] & 0x80 == 0 { return bytes.count - index >= count ? index..<(index + count) : nil }
        }
        return nil
    }

    private func take(_ head: UInt8, _ body: UnsafeRawBufferPointer) {
        switch head >> 4 {
        case 2: body[1] == 0 ? events?.opened(self) : end("the login was refused")
        case 3: onPublish(head, body)
        case 4: onAcknowledged(UInt16(body[0]) << 8 | UInt16(body[1]))
        case 9, 13: events?.drained(self)
        default: break
        }
    }

    private func onAcknowledged(_ packet: UInt16) {
        guard let time = sentAt.removeValue(forKey: packet) else { return end("an answer that nobody waits for") }
        events?.answered(self, sentAt: time, isAccepted: true)
    }

    private func onPublish(_ head: UInt8, _ body: UnsafeRawBufferPointer) {
        var index = 2 + (Int(body[0]) << 8 | Int(body[1]))
        if head & 6 != 0 {
            let identifier = [body[index], body[index + 1]]
            packet(0x40) { $0 += identifier }
            index += 2
        }
        received += 1
        events?.delivered(self, body.loadUnaligned(fromByteOffset: index, as: Message.self))
        // Behind the answer to a ping, all acknowledgements have been taken.
        if received == expected { packet(0xc0) { _ in } }
    }
}

// What goes out.
extension MQTTSession {
    private func packet(_ head: UInt8, _ write: (inout [UInt8]) -> Void) {
        var body: [UInt8] = []
        write(&body)
        output.append(head)
        var count = body.count
        repeat {
            output.append(UInt8(count & 0x7f) | (count > 0x7f ? 0x80 : 0))
            count >>= 7
        } while count > 0
        output += body
        markDirty()
    }

    private static func text(_ text: String, _ body: inout [UInt8]) {
        body += [UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 255)]
        body += Array(text.utf8)
    }
}

/// With what a peer lets in.
struct PeerLogin: Sendable {
    let user = "bench"
    let password = "bench"
}
