/// The head of an HTTP/1.1 message: its first line and its fields, as far as a WebSocket upgrade needs them.
///
/// The stock HTTP pipeline of SwiftNIO would do as well. This one is here because an upgrade is the only HTTP a link
/// ever sees: a bounded head without a body. A login then costs one pass over some 250 bytes, and no handlers to add
/// and remove (issue of speed: 5,000 logins a second and core).
struct HTTPHead {
    private let bytes: [UInt8]
    private let fields: [(name: Range<Int>, value: Range<Int>)]
    /// The first line without its line end.
    let startLine: String

    /// Parses a head without the empty line that ends it. Total: any bytes give a head or an error.
    init(parsing bytes: [UInt8]) throws(HTTPHeadError) {
        var lines = try Self.lines(bytes)
        guard let first = lines.first, !first.isEmpty else { throw .emptyStartLine }
        lines.removeFirst()
        var fields: [(name: Range<Int>, value: Range<Int>)] = []
        for line in lines { fields.append(try Self.field(bytes, line)) }
        guard fields.count <= Self.maximumFields else {
            throw .tooManyFields(got: fields.count, allowed: Self.maximumFields)
        }
        self.bytes = bytes
        self.fields = fields
        startLine = String(decoding: bytes[first], as: UTF8.self)
    }

    /// Our own requests have eight fields; proxies on the way add a handful.
    static let maximumFields = 64
    /// Our own request has some 250 bytes, and a proxy adds some hundred. A peer can't make us keep more.
    static let maximumBytes = 4_096
    /// What ends a head.
    static let end: [UInt8] = [13, 10, 13, 10]

    /// The values of all fields of that name, in order, without surrounding blanks. Names match in either case.
    func values(_ name: StaticString) -> [String] {
        fields.filter { matches($0.name, name) }.map { String(decoding: bytes[$0.value], as: UTF8.self) }
    }

    /// The value of a field that stands once; nil if it is absent or repeated.
    func value(_ name: StaticString) -> String? {
        let all = values(name)
        return all.count == 1 ? all[0] : nil
    }

    /// Whether a list field (`Connection: keep-alive, Upgrade`) names the token, in either case.
    func lists(_ name: StaticString, _ token: String) -> Bool {
        values(name).contains { value in
            value.split(separator: ",").contains { $0.trimmedBlanks.lowercased() == token }
        }
    }

    private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            zip(bytes[range], name).allSatisfy { $0.lowercasedLetter == $1.lowercasedLetter }
        }
    }
}

// The lines of a head.
extension HTTPHead {
    /// Splits at CR LF. A lone CR or LF, or another control character, is refused: intermediaries disagree on them.
    private static func lines(_ bytes: [UInt8]) throws(HTTPHeadError) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 {
                lines.append(start..<index)
                start = index + 2
                index = start
                continue
            }
            guard byte >= 32 && byte != 127 || byte == 9 else { throw .controlCharacter(got: byte) }
            index += 1
        }
        lines.append(start..<bytes.count)
        return lines
    }

    /// `name: value`; a name of token characters right before the colon, so that a folded line is refused as well.
    private static func field(
        _ bytes: [UInt8], _ line: Range<Int>
    ) throws(HTTPHeadError) -> (name: Range<Int>, value: Range<Int>) {
        guard let colon = bytes[line].firstIndex(of: 58), colon > line.lowerBound,
            bytes[line.lowerBound..<colon].allSatisfy(\.isTokenCharacter)
        else { throw .malformedField }
        var value = (colon + 1)..<line.upperBound
        while let first = value.first, bytes[first].isBlank { value.removeFirst() }
        while let last = value.last, bytes[last].isBlank { value.removeLast() }
        return (line.lowerBound..<colon, value)
    }
}

/// Why bytes are no head of an HTTP message.
public enum HTTPHeadError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The head is longer than allowed, in bytes.
    case tooLong(got: Int, allowed: Int)
    /// The head has more fields than allowed.
    case tooManyFields(got: Int, allowed: Int)
    /// There is no first line.
    case emptyStartLine
    /// A control character, or a line end that is not CR LF.
    case controlCharacter(got: UInt8)
    /// A line that is not `name: value`.
    case malformedField

    /// What is wrong with the head.
    public var description: String {
        switch self {
        case .tooLong(let got, let allowed): "the HTTP head has \(got) bytes or more, at most \(allowed) are taken"
        case .tooManyFields(let got, let allowed): "the HTTP head has \(got) fields, at most \(allowed) are taken"
        case .emptyStartLine: "the HTTP head has no first line"
        case .controlCharacter(let got): "the HTTP head holds the control character \(got)"
        case .malformedField: "a line of the HTTP head is no field"
        }
    }
}

extension UInt8 {
    fileprivate var lowercasedLetter: UInt8 { self >= 65 && self <= 90 ? self | 32 : self }
    fileprivate var isBlank: Bool { self == 32 || self == 9 }

    /// RFC 9110, 5.6.2.
    fileprivate var isTokenCharacter: Bool {
        switch self {
        case 48...57, 65...90, 94...122, 33, 35...39, 42, 43, 45, 46, 124, 126: true
        default: false
        }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    var trimmedBlanks: SubSequence {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
