public import MeshCrypto
public import MeshRing
public import NIOCore

/// Who is at the other end, as proven in the handshake.
public enum LinkPeer: Hashable, Sendable {
    /// A node.
    case node(NodeID)
    /// A user's client.
    case user(UserID)
    /// A throwaway key: for a first look at a network, or for submitting only.
    case guest
}

extension LinkPeer: CustomStringConvertible {
    /// The id, or the word guest.
    public var description: String {
        switch self {
        case .node(let id): id.description
        case .user(let id): id.description
        case .guest: "guest"
        }
    }
}

/// As whom a link is dialled, and whom it has to find there.
///
/// A user reveals its identity to the node it expects and to no other, so there is no user without an expectation.
/// Where none is given, the link goes to whoever answers: the proven id is then trust on first use, and the program
/// says so.
public enum LinkCredential: Sendable {
    /// As this node.
    case node(NodeIdentity, expecting: NodeID?)
    /// As this user.
    case user(UserIdentity, expecting: NodeID)
    /// Under a key that is drawn for this link and forgotten with it.
    case guest(expecting: NodeID?)

    /// The node that has to answer.
    public var expected: NodeID? {
        switch self {
        case .node(_, let expected), .guest(let expected): expected
        case .user(_, let expected): expected
        }
    }
}

/// Where a link is dialled.
public enum LinkTarget: Hashable, Sendable {
    /// A literal address. A node that answers here with its key has proven the address.
    case endpoint(Endpoint)
    /// A domain name or a literal; all addresses of a name are tried.
    case host(String, port: UInt16)
}

extension LinkTarget: CustomStringConvertible {
    /// `HOST:PORT`, IPv6 literals in brackets.
    public var description: String {
        switch self {
        case .endpoint(let endpoint): endpoint.description
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

/// How a link came about.
public enum LinkOrigin: Hashable, Sendable {
    /// The other end dialled.
    case accepted
    /// This end dialled there.
    case dialled(LinkTarget)
}

/// A link whose handshake is done.
public struct OpenedLink: Sendable {
    /// What it is called from now on.
    public let handle: LinkHandle
    /// Who is at the other end.
    public let peer: LinkPeer
    /// Which end dialled.
    public let origin: LinkOrigin
    /// The other end's address as the socket sees it.
    public let remoteAddress: SocketAddress?
    /// The network's parameters: the listener's own, or what the dialled node answered with.
    public let parameters: NetworkParameters
    /// The version of the core protocol that both ends chose.
    public let version: UInt8
}
