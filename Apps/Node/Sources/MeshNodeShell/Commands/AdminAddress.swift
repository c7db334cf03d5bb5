import MeshRing

/// Where a node answers its operator.
enum AdminAddress: Equatable, Sendable, CustomStringConvertible {
    /// A Unix socket at this path; its mode says who may ask.
    case unix(path: String)
    /// TCP on loopback: everybody on this machine may ask.
    case loopback(Endpoint)

    /// Longest path of a Unix socket, in bytes: `sun_path` has 108 with the closing zero (unix(7)).
    static let pathLimit = 107

    /// Reads `unix:PATH` or `ADDR:PORT`.
    init(text: String) throws(AdminAddressError) {
        if text.hasPrefix("unix:") {
            self = try .unix(checking: String(text.dropFirst("unix:".count)))
        } else {
            let endpoint: Endpoint
            do { endpoint = try Endpoint(text: text) } catch { throw .notAnEndpoint(error) }
            guard endpoint.address.isLoopback else { throw .notLoopback(endpoint) }
            self = .loopback(endpoint)
        }
    }

    /// The socket of a node with this data directory.
    init(dataDirectory: String) throws(AdminAddressError) {
        self = try .unix(checking: "\(dataDirectory)/admin.sock")
    }

    private static func unix(checking path: String) throws(AdminAddressError) -> AdminAddress {
        guard !path.isEmpty else { throw .noPath }
        guard path.utf8.count <= pathLimit else { throw .pathTooLong(path, allowed: pathLimit) }
        return .unix(path: path)
    }

    /// The form that ``init(text:)`` reads.
    var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .loopback(let endpoint): endpoint.description
        }
    }
}

/// Why a text names no place for a node to answer its operator.
enum AdminAddressError: Error, Equatable, CustomStringConvertible {
    /// `unix:` without a path.
    case noPath
    /// The system has no room for so long a socket path.
    case pathTooLong(String, allowed: Int)
    /// Neither `unix:` nor an address with a port.
    case notAnEndpoint(AddressTextError)
    /// Others on the network could reach it.
    case notLoopback(Endpoint)

    /// What is wrong, and what would do.
    var description: String {
        switch self {
        case .noPath: "'unix:' needs a path behind it, like unix:/run/mesh-node/admin.sock"
        case .pathTooLong(let path, let allowed):
            "the socket path '\(path)' has \(path.utf8.count) bytes and the system allows \(allowed); "
                + "give a shorter one with --admin unix:PATH, or --admin 127.0.0.1:PORT"
        case .notAnEndpoint(let reason): "\(reason); or give a socket as unix:PATH"
        case .notLoopback(let endpoint):
            "\(endpoint) can be reached by others, and whoever reaches it operates the node; "
                + "use 127.0.0.1:\(endpoint.port), [::1]:\(endpoint.port) or unix:PATH"
        }
    }
}

extension PlacementAddress {
    /// `127.0.0.0/8` or `::1`.
    var isLoopback: Bool {
        switch self {
        case .ipv4(let value): value >> 24 == 127
        case .ipv6(let high, let low): high == 0 && low == 1
        }
    }

    /// `0.0.0.0` or `::`: all addresses of the machine.
    var isWildcard: Bool { self == .ipv4(0) || self == .ipv6(high: 0, low: 0) }
}
