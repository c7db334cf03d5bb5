public import MeshCrypto
public import MeshRing

/// Where a client looks for its network first: `HOST:PORT`, or `node1…@HOST:PORT` where the node's id is known.
///
/// HOST is an IPv4 literal, an IPv6 literal in brackets, or a name. Without the id the first node that answers there is
/// believed (trust on first use), and the client says so.
public struct StartAddress: Hashable, Sendable {
    /// Name or address literal, without brackets; names in lower case.
    public let host: String
    /// The TCP port, 1…65535.
    public let port: UInt16
    /// The node that must answer there, if it is known.
    public let node: NodeID?

    /// The longest name that the domain name system has (RFC 1035, 2.3.4, as text).
    public static let maximumHostBytes = 253

    /// Takes an endpoint, with the id of the node there if it is known.
    public init(_ endpoint: Endpoint, node: NodeID? = nil) {
        host = endpoint.address.description
        port = endpoint.port
        self.node = node
    }

    /// Reads the text form.
    public init(text: some StringProtocol) throws(StartAddressError) {
        var rest = text[...]
        var node: NodeID?
        if let at = rest.firstIndex(of: "@") {
            do { node = try NodeID(text: rest[..<at]) } catch { throw .node(error) }
            rest = rest[rest.index(after: at)...]
        }
        self.node = node
        do {
            let endpoint = try Endpoint(text: rest)
            host = endpoint.address.description
            port = endpoint.port
        } catch {
            guard case .notAnAddress = error else { throw .address(error) }
            (host, port) = try Self.name(in: String(rest))
        }
    }

    /// A name and a port; what looks like a number that failed to be an address is no name.
    private static func name(in text: String) throws(StartAddressError) -> (String, UInt16) {
        // `Endpoint` reached the address, so there is a colon; what stands behind it is judged here.
        guard let colon = text.lastIndex(of: ":") else { throw .address(.noPort(text)) }
        let digits = text[text.index(after: colon)...]
        let isNumber =
            !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, let port = UInt16(digits), port != 0 else { throw .address(.badPort(text)) }
        let host = text[..<colon].lowercased()
        guard isName(host) else { throw .host(String(text[..<colon])) }
        return (host, port)
    }

    /// Letters, digits, hyphens and underscores in labels of 1…63 characters, the last not a number.
    private static func isName(_ host: String) -> Bool {
        guard (1...maximumHostBytes).contains(host.utf8.count) else { return false }
        var labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard let last = labels.last, !last.allSatisfy(isDigit) else { return false }
        return labels.allSatisfy { (1...63).contains($0.count) && $0.allSatisfy(isNameCharacter) }
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }

    private static func isNameCharacter(_ character: UInt8) -> Bool {
        isDigit(character) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
            || character == UInt8(ascii: "-") || character == UInt8(ascii: "_")
    }
}

extension StartAddress: CustomStringConvertible {
    /// `HOST:PORT` without the id: what trust on first use is recorded under.
    public var location: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The text form, which reads back to an equal value.
    public var description: String { node.map { "\($0)@\(location)" } ?? location }

    /// What has to be dialled.
    public var target: DialTarget {
        if let endpoint = try? Endpoint(text: location) { return .endpoint(endpoint) }
        return .name(host, port: port)
    }
}

/// Why a text is no start address.
public enum StartAddressError: Error, Equatable, Sendable {
    /// What stands in front of the `@` is no node id.
    case node(IdentifierError)
    /// Address or port have no valid form.
    case address(AddressTextError)
    /// The host is neither an address nor a name.
    case host(String)
}

extension StartAddressError: CustomStringConvertible {
    /// What is wrong with the text, and the form it should have.
    public var description: String {
        switch self {
        case .node(let error): "\(error); a start address is HOST:PORT or node1…@HOST:PORT"
        case .address(let error): "\(error)"
        case .host(let host): "'\(host)' is neither an IP address nor a name; write it like node.example.org:4000"
        }
    }
}
