public import MeshRing

/// What a listener answers: the chosen version and the network's parameters.
struct UpgradeAnswer {
    let version: UInt8
    let parameters: NetworkParameters

    init(version: UInt8, parameters: NetworkParameters) {
        self.version = version
        self.parameters = parameters
    }

    /// The answer as it goes out.
    /// - Parameter key: `Sec-WebSocket-Key` of the request.
    func encoded(key: String) -> String {
        """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Accept: \(WebSocketAccept.answer(to: key))\r
        Sec-WebSocket-Protocol: \(LinkProtocol.subprotocol)\r
        \(LinkProtocol.versionHeader): \(version)\r
        \(LinkProtocol.networkHeader): \(networkHex)\r
        \r

        """
    }

    /// Reads the answer to a request.
    init(_ head: HTTPHead, to request: UpgradeRequest) throws(UpgradeAnswerError) {
        let parts = head.startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[0] == "HTTP/1.1", parts[1].utf8.count == 3, let status = UInt16(parts[1]) else {
            throw .startLine
        }
        guard status == 101 else { throw .refused(status: status) }
        guard head.lists("Upgrade", "websocket"), head.lists("Connection", "upgrade") else { throw .noUpgrade }
        guard head.value("Sec-WebSocket-Accept") == WebSocketAccept.answer(to: request.key) else { throw .accept }
        guard head.value("Sec-WebSocket-Protocol") == LinkProtocol.subprotocol else { throw .subprotocol }
        guard head.values("Sec-WebSocket-Extensions").isEmpty else { throw .extensions }
        guard let version = head.value(LinkProtocol.versionHeader).flatMap({ UInt8($0) }) else { throw .noVersion }
        guard request.offered.contains(version) else { throw .version(got: version, offered: request.offered) }
        self.init(version: version, parameters: try Self.parameters(head))
    }

    private static func parameters(_ head: HTTPHead) throws(UpgradeAnswerError) -> NetworkParameters {
        guard let hex = head.value(LinkProtocol.networkHeader), let bytes = Self.bytes(hex) else { throw .noNetwork }
        do { return try NetworkParameters(decoding: bytes) } catch { throw .network(error) }
    }

    /// The network's parameters as the header has them.
    var networkHex: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = parameters.encoded().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(_ hex: String) -> [UInt8]? {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// Why a dialler doesn't take the answer to its upgrade request.
public enum UpgradeAnswerError: Error, Equatable, Sendable {
    /// The bytes are no HTTP head.
    case head(HTTPHeadError)
    /// The first line is not `HTTP/1.1 STATUS …`.
    case startLine
    /// Another status than 101. 404: no Mesh node there; 426: no common version; 503: it has no room at the moment.
    case refused(status: UInt16)
    /// `Upgrade: websocket` or `Connection: Upgrade` is missing.
    case noUpgrade
    /// `Sec-WebSocket-Accept` doesn't answer our key: a cache or something else that speaks no WebSocket.
    case accept
    /// Another subprotocol than ``LinkProtocol/subprotocol``.
    case subprotocol
    /// WebSocket extensions that nobody asked for.
    case extensions
    /// `Mesh-Version` is missing or no number.
    case noVersion
    /// A version that was not offered.
    case version(got: UInt8, offered: [UInt8])
    /// `Mesh-Network` is missing or not hexadecimal.
    case noNetwork
    /// `Mesh-Network` holds no network parameters.
    case network(NetworkParametersError)
}

extension UpgradeAnswerError: CustomStringConvertible {
    /// What is wrong with the answer, and what it may mean.
    public var description: String {
        switch self {
        case .head(let error): "\(error)"
        case .startLine: "the answer is no HTTP/1.1; something else listens there"
        case .refused(404): "the answer is HTTP status 404; no Mesh node listens there"
        case .refused(426): "the answer is HTTP status 426; no version is spoken by both ends, one needs an update"
        case .refused(503): "the answer is HTTP status 503; the node has no room at the moment"
        case .refused(let status): "the answer is HTTP status \(status); no Mesh node listens there"
        case .noUpgrade: "the answer upgrades to no WebSocket; no Mesh node listens there"
        case .accept: "the answer's Sec-WebSocket-Accept doesn't fit our key; something on the way is no WebSocket"
        case .subprotocol: "the answer lacks the subprotocol \(LinkProtocol.subprotocol)"
        case .extensions: "the answer turns on WebSocket extensions that were not asked for"
        case .noVersion: "the answer lacks a valid \(LinkProtocol.versionHeader)"
        case .version(let got, let offered): "the answer chooses version \(got), offered were \(offered)"
        case .noNetwork: "the answer lacks a valid \(LinkProtocol.networkHeader)"
        case .network(let error): "\(error)"
        }
    }
}
