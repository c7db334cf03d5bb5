/// Splits Swift source into tokens: comments and the text of literals are no code, interpolations are.
///
/// It knows as much of the grammar as is needed to tell code from what is not: nested block comments; strings that
/// are raw, of several lines, or both; regular expressions; names in backticks. It is total: on source that is no
/// Swift it gives some tokens and ends (the compiler will say the rest).
struct SwiftLexer {
    let source: [UInt8]
    var position = 0
    var line = 1
    private(set) var tokens: [Token] = []

    private init(_ source: [UInt8]) {
        self.source = source
    }

    static func tokens(of text: String) -> [Token] {
        var lexer = SwiftLexer(Array(text.utf8))
        if lexer.looking(at: "#!") { lexer.skipLine() }
        lexer.lexCode(inInterpolation: false)
        return lexer.tokens
    }

    /// Reads code to the end, or in an interpolation to the parenthesis that closes it.
    mutating func lexCode(inInterpolation: Bool) {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                emitPunctuation()
            case UInt8(ascii: ")"):
                if depth == 0, inInterpolation {
                    position += 1
                    return
                }
                depth -= 1
                emitPunctuation()
            default:
                lexOne(byte)
            }
        }
    }

    private mutating func lexOne(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"):
            line += 1
            position += 1
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            position += 1
        case UInt8(ascii: "/"):
            lexSlash()
        case UInt8(ascii: "\""):
            lexString(hashes: 0)
        case UInt8(ascii: "#"):
            lexHash()
        case UInt8(ascii: "`"):
            lexQuotedIdentifier()
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            lexNumber()
        case _ where Self.startsName(byte):
            lexName()
        default:
            emitPunctuation()
        }
    }

    // MARK: Names and numbers

    private static func startsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        startsName(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func lexName() {
        let start = position
        while let byte = peek(), Self.continuesName(byte) { position += 1 }
        emit(.identifier, from: start)
    }

    private mutating func lexQuotedIdentifier() {
        let start = position + 1
        position = start
        while let byte = peek(), byte != UInt8(ascii: "`"), byte != UInt8(ascii: "\n") { position += 1 }
        emit(.quotedIdentifier, from: start)
        if peek() == UInt8(ascii: "`") { position += 1 }
    }

    private mutating func lexNumber() {
        let start = position
        while let byte = peek() {
            let isFraction = byte == UInt8(ascii: ".") && peek(1).map { (0x30...0x39).contains($0) } == true
            guard Self.continuesName(byte) || isFraction else { break }
            position += 1
        }
        emit(.number, from: start)
    }

    // MARK: Reading and emitting

    func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    func looking(at text: StaticString) -> Bool {
        text.withUTF8Buffer { expected in
            guard position + expected.count <= source.count else { return false }
            return expected.indices.allSatisfy { source[position + $0] == expected[$0] }
        }
    }

    mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    mutating func emit(_ kind: Token.Kind, from start: Int) {
        emit(kind, text: String(decoding: source[start..<position], as: UTF8.self), line: line)
    }

    mutating func emit(_ kind: Token.Kind, text: String, line: Int) {
        tokens.append(Token(kind: kind, text: text, line: line))
    }

    mutating func emitPunctuation() {
        position += 1
        emit(.punctuation, from: position - 1)
    }

    /// Puts a token's text in after the fact: a string's, once its interpolations have been read.
    mutating func setText(ofToken index: Int, to text: String) {
        tokens[index].text = text
    }
}
