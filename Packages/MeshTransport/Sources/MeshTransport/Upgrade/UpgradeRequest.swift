/// What a dialler asks for: the WebSocket upgrade request with the offered versions.
struct UpgradeRequest {
    /// The versions the dialler speaks, ascending.
    let offered: [UInt8]
    /// `Sec-WebSocket-Key`, 24 characters.
    let key: String

    init(offered: [UInt8], key: String) {
        self.offered = offered
        self.key = key
    }

    /// The request as it goes out.
    /// - Parameter host: the value of `Host`: name or address as it was dialled, with the port.
    func encoded(host: String) -> String {
        """
        GET \(LinkProtocol.path) HTTP/1.1\r
        Host: \(host)\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: \(key)\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Protocol: \(LinkProtocol.subprotocol)\r
        \(LinkProtocol.versionsHeader): \(LinkProtocol.list(offered))\r
        \r

        """
    }

    /// Reads a request; whatever isn't one for a link is refused by name.
    init(_ head: HTTPHead) throws(UpgradeRequestError) {
        let parts = head.startLine.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "HTTP/1.1" else { throw .startLine }
        guard parts[0] == "GET" else { throw .method }
        guard parts[1] == LinkProtocol.path else { throw .path }
        guard head.lists("Upgrade", "websocket"), head.lists("Connection", "upgrade") else { throw .noUpgrade }
        guard head.value("Sec-WebSocket-Version") == "13" else { throw .webSocketVersion }
        guard head.lists("Sec-WebSocket-Protocol", LinkProtocol.subprotocol) else { throw .subprotocol }
        guard let key = head.value("Sec-WebSocket-Key"), key.utf8.count == WebSocketAccept.keyCount else {
            throw .key
        }
        guard let list = head.value(LinkProtocol.versionsHeader), let offered = Self.versions(list) else {
            throw .versions
        }
        self.init(offered: offered, key: key)
    }

    /// One to sixteen decimal numbers from 1 to 255, ascending, separated by commas.
    private static func versions(_ list: String) -> [UInt8]? {
        let parts = list.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= LinkProtocol.offeredVersions else { return nil }
        var versions: [UInt8] = []
        for part in parts {
            let digits = part.trimmedBlanks
            guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let version = UInt8(digits),
                version > versions.last ?? 0
            else { return nil }
            versions.append(version)
        }
        return versions
    }
}

/// Why a listener refuses an upgrade request.
public enum UpgradeRequestError: Error, Equatable, Sendable {
    /// The bytes are no HTTP head.
    case head(HTTPHeadError)
    /// The first line is not `METHOD PATH HTTP/1.1`.
    case startLine
    /// Another method than GET.
    case method
    /// Another path than ``LinkProtocol/path``.
    case path
    /// `Upgrade: websocket` or `Connection: Upgrade` is missing.
    case noUpgrade
    /// `Sec-WebSocket-Version` is not 13.
    case webSocketVersion
    /// The subprotocol ``LinkProtocol/subprotocol`` is not offered.
    case subprotocol
    /// `Sec-WebSocket-Key` is missing or no 16 bytes in base64.
    case key
    /// `Mesh-Versions` is missing or no ascending list of numbers.
    case versions
    /// No offered version is spoken here.
    case noCommonVersion(offered: [UInt8], supported: [UInt8])
    /// The listener has no room; worth another try later.
    case busy(LinkRefusal)
}

extension UpgradeRequestError: CustomStringConvertible {
    /// What is wrong with the request, and what would do.
    public var description: String {
        switch self {
        case .head(let error): "\(error)"
        case .startLine: "the request's first line is not METHOD PATH HTTP/1.1"
        case .method: "only GET is answered"
        case .path: "only \(LinkProtocol.path) is served; this is a Mesh node, not a web site"
        case .noUpgrade: "the request asks for no WebSocket; this is a Mesh node, not a web site"
        case .webSocketVersion: "WebSocket version 13 is spoken"
        case .subprotocol: "the WebSocket subprotocol \(LinkProtocol.subprotocol) is spoken"
        case .key: "Sec-WebSocket-Key is missing, repeated or malformed"
        case .versions: "\(LinkProtocol.versionsHeader) is missing, repeated or malformed"
        case .noCommonVersion(let offered, let supported):
            "versions \(offered) are offered, versions \(supported) are spoken; the older end needs an update"
        case .busy(let refusal): "\(refusal)"
        }
    }
}
