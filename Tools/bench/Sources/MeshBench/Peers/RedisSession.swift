import Glibc

/// A client of Redis, for comparing: a stream for each person. No chat server, but a durable queue in group commit.
final class RedisSession: ChatSession {
    private let login: PeerLogin
    private var payload: [UInt8]
    private var output: [UInt8] = []
    private var isOpen = false
    private var drains = false
    /// Redis answers in order.
    private var sentAt: [UInt64] = []
    private var answeredCount = 0

    /// Entries of one stream that are read at once.
    static let entriesPerRead = 256

    init(
        _ worker: Worker, to address: Address, login: PeerLogin, person: Int, payload: Int
    ) throws(SystemCall.Failure) {
        self.login = login
        self.payload = [UInt8](repeating: 0x61, count: payload)
        try super.init(worker, to: address, person: person)
    }

    override func connected() { command("AUTH", login.password) }

    override func send(_ message: Message, to recipient: Int) {
        sentAt.append(message.sentAt)
        payload.withUnsafeMutableBytes { $0.storeBytes(of: message, as: Message.self) }
        write("*5\r\n$4\r\nXADD\r\n$\("q:\(recipient)".utf8.count)\r\nq:\(recipient)\r\n$1\r\n*\r\n$1\r\nm\r\n")
        write("$\(payload.count)\r\n")
        output += payload
        write("\r\n")
    }

    override func drain(expected: Int) {
        guard expected <= Self.entriesPerRead else {
            return end("\(expected) entries in a stream; at most \(Self.entriesPerRead) are read here")
        }
        drains = true
        command("XRANGE", "q:\(person)", "-", "+")
    }

    override func flush() {
        output.withUnsafeBytes { transmit($0) }
        output.removeAll(keepingCapacity: true)
    }

    private func command(_ parts: String...) {
        write("*\(parts.count)\r\n" + parts.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined())
    }

    private func write(_ text: String) {
        output += Array(text.utf8)
        markDirty()
    }

    override func received(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        let bytes = UnsafeRawBufferPointer(bytes)
        var start = 0
        while !isEnded, let end = Self.end(of: bytes, start) {
            take(bytes, start)
            start = end
        }
        return isEnded ? bytes.count : start
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ start: Int) {
        if bytes[start] == UInt8(ascii: "-") { return end("redis refuses: a command or the login") }
        guard isOpen else {
            isOpen = true
            return events?.opened(self) ?? ()
        }
        if bytes[start] == UInt8(ascii: "*") {
            let count = Self.number(bytes, start + 1)?.value ?? 0
            for _ in 0..<count { events?.delivered(self, Message(sentAt: 0, sender: 0, kind: .text)) }
            command("DEL", "q:\(person)")
        } else if drains {
            events?.drained(self)
        } else {
            let time = sentAt[answeredCount]
            answeredCount += 1
            if answeredCount == sentAt.count {
                sentAt.removeAll(keepingCapacity: true)
                answeredCount = 0
            }
            events?.answered(self, sentAt: time, isAccepted: true)
        }
    }

    // The protocol (RESP 2).

    /// Where the value at `start` ends; nil if it isn't there as a whole.
    private static func end(of bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        guard start < bytes.count, let (value, end) = number(bytes, start + 1) else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "$"):
            guard value >= 0 else { return end }
            return end + value + 2 <= bytes.count ? end + value + 2 : nil
        case UInt8(ascii: "*"):
            var next = end
            for _ in 0..<max(0, value) {
                guard let end = self.end(of: bytes, next) else { return nil }
                next = end
            }
            return next
        default: return end
        }
    }

    /// The number at `start` (0 for text) and where its line ends.
    private static func number(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> (value: Int, end: Int)? {
        var value = 0
        var isNegative = false
        var index = start
        while index + 1 < bytes.count {
            switch bytes[index] {
            case 13: return (isNegative ? -value : value, index + 2)
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value &* 10 &+ Int(bytes[index] - 48)
            default: break
            }
            index += 1
        }
        return nil
    }
}
