extension SwiftLexer {
    /// A slash opens a comment, a regular expression, or is an operator.
    mutating func lexSlash() {
        if looking(at: "//") {
            skipLine()
        } else if looking(at: "/*") {
            skipBlockComment()
        } else if let end = endOfBareRegex() {
            let start = position
            position = end
            emit(.regex, from: start)
        } else {
            emitPunctuation()
        }
    }

    /// A hash opens a raw string, an extended regular expression, or is a directive's.
    mutating func lexHash() {
        var hashes = 0
        while peek(hashes) == UInt8(ascii: "#") { hashes += 1 }
        switch peek(hashes) {
        case UInt8(ascii: "\""):
            position += hashes
            lexString(hashes: hashes)
        case UInt8(ascii: "/"):
            lexExtendedRegex(hashes: hashes)
        default:
            emitPunctuation()
        }
    }

    /// Reads a string from its opening quote on; the code of its interpolations becomes tokens after its own.
    mutating func lexString(hashes: Int) {
        let quotes = opensMultilineString(hashes: hashes) ? 3 : 1
        let token = tokens.count
        emit(.string, text: "", line: line)
        position += quotes
        var text: [UInt8] = []
        while let byte = peek() {
            if byte == UInt8(ascii: "\""), closes(quotes: quotes, hashes: hashes) {
                position += quotes + hashes
                break
            }
            if byte == UInt8(ascii: "\\"), hasHashes(hashes, at: 1) {
                lexEscape(hashes: hashes)
                continue
            }
            if byte == UInt8(ascii: "\n") {
                guard quotes == 3 else { break }
                line += 1
            }
            text.append(byte)
            position += 1
        }
        setText(ofToken: token, to: String(decoding: text, as: UTF8.self))
    }

    /// At a backslash with its hashes: an interpolation, or a character that the backslash takes along.
    private mutating func lexEscape(hashes: Int) {
        position += 1 + hashes
        switch peek() {
        case UInt8(ascii: "("):
            position += 1
            lexCode(inInterpolation: true)
        case UInt8(ascii: "\n"), nil:
            break
        default:
            position += 1
        }
    }

    /// Three quotes open a string of several lines; a raw `#"""#` is a quote in a string of one line.
    private func opensMultilineString(hashes: Int) -> Bool {
        guard looking(at: "\"\"\"") else { return false }
        guard hashes > 0 else { return true }
        var offset = 3
        while let byte = peek(offset), byte != UInt8(ascii: "\n") {
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") else {
                return false
            }
            offset += 1
        }
        return true
    }

    private func closes(quotes: Int, hashes: Int) -> Bool {
        (0..<quotes).allSatisfy { peek($0) == UInt8(ascii: "\"") } && hasHashes(hashes, at: quotes)
    }

    private func hasHashes(_ count: Int, at offset: Int) -> Bool {
        (0..<count).allSatisfy { peek(offset + $0) == UInt8(ascii: "#") }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if looking(at: "/*") {
                depth += 1
                position += 2
            } else if looking(at: "*/") {
                depth -= 1
                position += 2
            } else {
                if peek() == UInt8(ascii: "\n") { line += 1 }
                position += 1
            }
        } while depth > 0 && position < source.count
    }

    // MARK: Regular expressions

    private mutating func lexExtendedRegex(hashes: Int) {
        let start = position
        let firstLine = line
        position += hashes + 1
        while let byte = peek() {
            if byte == UInt8(ascii: "/"), hasHashes(hashes, at: 1) {
                position += 1 + hashes
                break
            }
            if byte == UInt8(ascii: "\\") { position += 1 }
            if peek() == UInt8(ascii: "\n") { line += 1 }
            position += 1
        }
        position = min(position, source.count)
        emit(.regex, text: String(decoding: source[start..<position], as: UTF8.self), line: firstLine)
    }

    /// Where the regular expression ends that opens here, if a slash here can open one: where an operand is expected,
    /// not before white space, and with its end on the same line.
    private func endOfBareRegex() -> Int? {
        guard operandIsExpected, let next = peek(1), next != UInt8(ascii: " "), next != UInt8(ascii: "\t") else {
            return nil
        }
        var offset = 1
        while let byte = peek(offset), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "/") { return position + offset + 1 }
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private var operandIsExpected: Bool {
        guard let last = tokens.last else { return true }
        switch last.kind {
        case .identifier: return ["return", "in", "case", "where", "try", "await", "throw", "else"].contains(last.text)
        case .quotedIdentifier, .number, .string, .regex: return false
        case .punctuation: return [")", "]", "}", "?", "!", "."].contains(last.text) == false
        }
    }
}
