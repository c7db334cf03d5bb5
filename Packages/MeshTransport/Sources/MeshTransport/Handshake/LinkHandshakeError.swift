public import MeshCrypto

/// Why a connection did not become a link.
public enum LinkHandshakeError: Error, Equatable, Sendable {
    /// The listener refuses the upgrade request.
    case request(UpgradeRequestError)
    /// The dialler doesn't take the answer to its upgrade request.
    case answer(UpgradeAnswerError)
    /// The dialled node belongs to another network.
    case wrongNetwork(expected: NetworkID, got: NetworkID)
    /// Another node answered than the one expected. Nothing was revealed to it.
    case wrongNode(expected: NodeID, got: NodeID)
    /// A node dialled an address that is its own.
    case reachedItself(NodeID)
    /// Who answered is no node.
    case notANode(LinkPeer)
    /// A WebSocket frame that breaks the rules.
    case webSocket(WebSocketViolation)
    /// A message of the handshake is damaged, replayed or made with other keys, or the two ends saw different
    /// upgrades (altered headers, a downgrade).
    case cipher(NoiseError)
    /// The payload of a handshake message has another length, in bytes.
    case payloadLength(got: Int, allowed: Int)
    /// The payload names a kind of peer that doesn't exist.
    case unknownKind(UInt8)
    /// A guest that names an id.
    case guestWithIdentity
    /// The id in the payload is no public key.
    case identifier(IdentifierError)
    /// The id in the payload belongs to another key than the one just proven.
    case foreignKey(claimed: String, proven: AgreementKey)
    /// The other end ended the WebSocket; with the code of its close frame, if one came.
    case closedByPeer(code: UInt16?)
    /// The connection broke; with what the system said.
    case connectionLost(String)
    /// The handshake took too long.
    case timeout(milliseconds: UInt64)
    /// This end shuts down.
    case shutdown
}

extension LinkHandshakeError: CustomStringConvertible {
    /// What happened, and what it may mean.
    public var description: String {
        switch self {
        case .request(let error): "\(error)"
        case .answer(let error): "\(error)"
        case .wrongNetwork(let expected, let got):
            "the node belongs to network \(got), expected is \(expected); the two never mix"
        case .wrongNode(let expected, let got): "\(got) answered, expected is \(expected)"
        case .reachedItself(let node): "\(node) dialled one of its own addresses"
        case .notANode(let peer): "\(peer) answered, which is no node"
        case .webSocket(let violation): "\(violation)"
        case .cipher(let error): "\(error)"
        case .payloadLength(let got, let allowed):
            "a handshake message says \(got) bytes about its sender, expected are \(allowed)"
        case .unknownKind(let kind): "a handshake message names the unknown kind of peer \(kind)"
        case .guestWithIdentity: "a guest names an id; guests have none"
        case .identifier(let error): "\(error)"
        case .foreignKey(let claimed, let proven): "the peer calls itself \(claimed) and proved another key, \(proven)"
        case .closedByPeer(let code?): "the other end refused the link with WebSocket code \(code)"
        case .closedByPeer(nil): "the other end closed the connection before it was a link"
        case .connectionLost(let detail): "the connection broke: \(detail)"
        case .timeout(let milliseconds): "the handshake was not done after \(milliseconds) ms"
        case .shutdown: "this end shuts down"
        }
    }
}
