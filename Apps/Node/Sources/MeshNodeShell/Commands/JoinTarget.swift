import MeshCrypto
import MeshRing

/// A node to join a network through: `HOST:PORT` or `node1…@HOST:PORT`.
struct JoinTarget: Equatable, Sendable, CustomStringConvertible {
    /// Whom to expect there; nil: whoever answers is believed, and the log says so.
    let node: NodeID?
    /// A literal address without brackets, or a domain name.
    let host: String
    /// 1…65535.
    let port: UInt16

    /// Longest domain name, in bytes (RFC 1035, 3.1, as text).
    static let hostLimit = 253
    /// Longest label of a domain name, in bytes (RFC 1035, 2.3.4).
    static let labelLimit = 63

    /// Reads either form. Names aren't looked up here.
    init(text: String) throws(JoinTargetError) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        node = parts.count == 2 ? try Self.node(String(parts[0])) : nil
        let rest = String(parts[parts.count - 1])
        guard let colon = rest.lastIndex(of: ":") else { throw .noPort(text) }
        let digits = rest[rest.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(Self.isDigit), let port = UInt16(digits), port != 0 else {
            throw .badPort(text)
        }
        self.port = port
        host = try Self.host(String(rest[..<colon]), in: text)
    }

    private static func node(_ text: String) throws(JoinTargetError) -> NodeID {
        do { return try NodeID(text: text) } catch { throw .badNode(text, error) }
    }

    private static func host(_ text: String, in whole: String) throws(JoinTargetError) -> String {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let literal = String(text.dropFirst().dropLast())
            guard case .ipv6? = try? PlacementAddress(text: literal) else { throw .badHost(whole) }
            return literal
        }
        guard !text.contains(":") else { throw .noBrackets(whole) }
        guard isName(text) else { throw .badHost(whole) }
        return text
    }

    /// A domain name or an IPv4 address. A last label of digits alone can't be a name's, so it must be an address.
    private static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...hostLimit).contains(text.utf8.count), let last = labels.last else { return false }
        if last.allSatisfy(isDigit), !last.isEmpty { return (try? PlacementAddress(text: text)) != nil }
        let named = last.isEmpty && labels.count > 1 ? labels.dropLast() : labels[...]  // «example.org.» is absolute
        return named.allSatisfy { label in
            (1...labelLimit).contains(label.count) && label.allSatisfy(isNameByte)
                && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: isDigit(byte)
        }
    }

    /// The form that ``init(text:)`` reads.
    var description: String {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return node.map { "\($0)@\(place)" } ?? place
    }
}

/// Why a text names no node to join through.
enum JoinTargetError: Error, Equatable, CustomStringConvertible {
    /// No `:PORT`.
    case noPort(String)
    /// The port isn't a number from 1 to 65535.
    case badPort(String)
    /// Neither an address nor a domain name.
    case badHost(String)
    /// IPv6 with a port needs brackets around the address.
    case noBrackets(String)
    /// What stands before `@` is no node id.
    case badNode(String, IdentifierError)

    /// What is wrong, and what would do.
    var description: String {
        switch self {
        case .noPort(let text): "'\(text)' has no port; write it like node.example.org:4000"
        case .badPort(let text): "'\(text)' has a port that isn't a number from 1 to 65535"
        case .badHost(let text):
            "'\(text)' names no host; write it like node.example.org:4000, 192.0.2.1:4000 or [2001:db8::1]:4000"
        case .noBrackets(let text): "'\(text)' needs brackets around the IPv6 address, like [2001:db8::1]:4000"
        case .badNode(let text, let reason): "'\(text)' before the @ is no node id: \(reason)"
        }
    }
}
