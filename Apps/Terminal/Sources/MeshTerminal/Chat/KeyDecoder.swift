/// What somebody pressed.
enum Key: Equatable, Sendable {
    case character(Character)
    /// Text put in at once by the terminal (bracketed paste); may have several lines.
    case paste(String)
    case enter, backspace, delete, left, right, home, end, up, down, wordBackspace, clearLine, clearRest, redraw
    /// Ctrl-C.
    case interrupt
    /// Ctrl-D.
    case endOfInput
}

/// Turns a terminal's bytes into keys, wherever the reads have cut them: UTF-8, and the escape sequences of ECMA-48 that
/// terminals of today send. What it doesn't know is dropped whole.
struct KeyDecoder {
    /// The longest escape sequence that is waited for; longer ones are no keys.
    private static let longestSequence = 32

    private enum State {
        case plain
        /// Bytes of a character or of an escape sequence that isn't whole.
        case escape([UInt8])
        case character([UInt8])
        case paste([UInt8])
    }

    private var state = State.plain

    /// Takes bytes and gives the keys that are whole.
    mutating func take(_ bytes: [UInt8]) -> [Key] { bytes.compactMap { take($0) } }

    /// Whether an escape has come and nothing behind it yet.
    private mutating func take(_ byte: UInt8) -> Key? {
        switch state {
        case .plain: return takePlain(byte)
        case .character(let begun): return takeCharacter(begun + [byte])
        case .escape(let begun): return takeEscape(begun + [byte])
        case .paste(let begun): return takePaste(begun + [byte])
        }
    }

    private mutating func takePlain(_ byte: UInt8) -> Key? {
        switch byte {
        case 0x1B: state = .escape([])
        case 0x80...: return takeCharacter([byte])
        case 0x20..<0x7F: return .character(Character(Unicode.Scalar(byte)))
        default: return Self.controls[byte]
        }
        return nil
    }

    private static let controls: [UInt8: Key] = [
        0x01: .home, 0x02: .left, 0x03: .interrupt, 0x04: .endOfInput, 0x05: .end, 0x06: .right, 0x08: .backspace,
        0x0A: .enter, 0x0B: .clearRest, 0x0C: .redraw, 0x0D: .enter, 0x0E: .down, 0x10: .up, 0x15: .clearLine,
        0x17: .wordBackspace, 0x7F: .backspace,
    ]

    private mutating func takeCharacter(_ bytes: [UInt8]) -> Key? {
        let length: Int
        switch bytes[0] {
        case 0xC2..<0xE0: length = 2
        case 0xE0..<0xF0: length = 3
        case 0xF0..<0xF5: length = 4
        default: length = 1
        }
        if bytes.count > 1, bytes[bytes.count - 1] & 0xC0 != 0x80 {
            // A character that breaks off: what came instead counts for itself.
            state = .plain
            return takePlain(bytes[bytes.count - 1])
        }
        guard bytes.count >= length else {
            state = .character(bytes)
            return nil
        }
        state = .plain
        return String(validating: bytes, as: UTF8.self)?.first.map { .character($0) }
    }

    private mutating func takeEscape(_ bytes: [UInt8]) -> Key? {
        // Alt and a key, or an escape that somebody pressed and then went on: the key counts.
        guard bytes[0] == UInt8(ascii: "[") || bytes[0] == UInt8(ascii: "O") else {
            state = .plain
            return bytes[0] == 0x7F ? .wordBackspace : nil
        }
        guard bytes.count > 1 else {
            state = .escape(bytes)
            return nil
        }
        guard (0x40...0x7E).contains(bytes[bytes.count - 1]) else {
            state = bytes.count < Self.longestSequence ? .escape(bytes) : .plain
            return nil
        }
        let sequence = String(decoding: bytes.dropFirst(), as: UTF8.self)
        state = sequence == "200~" ? .paste([]) : .plain
        return Self.sequences[sequence]
    }

    private static let sequences: [String: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "1~": .home, "7~": .home, "4~": .end,
        "8~": .end, "3~": .delete,
    ]

    private mutating func takePaste(_ bytes: [UInt8]) -> Key? {
        let end: [UInt8] = Array("\u{1B}[201~".utf8)
        guard bytes.suffix(end.count).elementsEqual(end) else {
            state = .paste(bytes)
            return nil
        }
        state = .plain
        let text = String(decoding: bytes.dropLast(end.count), as: UTF8.self)
        return .paste(String(text.map { $0 == "\r" || $0 == "\r\n" ? "\n" : $0 }))
    }
}
