import MeshClientCore
import MeshRing

/// What `mesh-node run` was told, checked as far as it can be without looking at the disk.
struct RunConfiguration: Equatable, Sendable {
    /// Where everything of the node lies; without a slash at its end.
    let dataDirectory: String
    /// Where links are taken; may be a wildcard.
    let listen: Endpoint
    /// Where others find the node; never a wildcard.
    let advertise: Endpoint
    /// Through whom to join; none: found a network, or rejoin the stored one.
    let joins: [JoinTarget]
    /// R of the network to be founded; nil: the default.
    let replicas: UInt8?
    /// Where the operator is answered.
    let admin: AdminAddress
    /// How long a node that leaves hands over what it holds; nil: the default.
    let drainTimeoutSeconds: UInt64?

    /// Checks what the options say together.
    init(
        dataDirectory: String, listen: Endpoint, advertise: Endpoint?, joins: [JoinTarget], replicas: UInt8?,
        admin: AdminAddress?, drainTimeoutSeconds: Int? = nil
    ) throws(RunConfigurationError) {
        self.dataDirectory = try Self.directory(dataDirectory)
        self.listen = listen
        self.advertise = try Self.advertised(advertise, listen: listen)
        self.joins = joins
        self.replicas = try Self.checked(replicas, joins: joins)
        self.admin = try Self.admin(admin, in: self.dataDirectory)
        self.drainTimeoutSeconds = try Self.checked(drainTimeout: drainTimeoutSeconds)
    }

    static func directory(_ text: String) throws(RunConfigurationError) -> String {
        guard !text.isEmpty else { throw .noDataDirectory }
        var path = text
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private static func admin(
        _ given: AdminAddress?, in directory: String
    ) throws(RunConfigurationError) -> AdminAddress {
        if let given { return given }
        do { return try AdminAddress(dataDirectory: directory) } catch { throw .admin(error) }
    }

    private static func advertised(_ given: Endpoint?, listen: Endpoint) throws(RunConfigurationError) -> Endpoint {
        guard let given else {
            if listen.address.isWildcard { throw .wildcardNeedsAdvertise(listen) }
            guard listen.address.canBeAdvertised else { throw .cannotBeAdvertised(listen) }
            return listen
        }
        guard given.address.canBeAdvertised else { throw .cannotBeAdvertised(given) }
        return given
    }

    /// A day: longer than any queue takes, short enough that nobody waits for ever by a slip.
    static let drainTimeoutSeconds = 0...86_400

    private static func checked(drainTimeout seconds: Int?) throws(RunConfigurationError) -> UInt64? {
        guard let seconds else { return nil }
        guard drainTimeoutSeconds.contains(seconds) else {
            throw .drainTimeout(got: seconds, allowed: drainTimeoutSeconds)
        }
        return UInt64(seconds)
    }

    private static func checked(_ replicas: UInt8?, joins: [JoinTarget]) throws(RunConfigurationError) -> UInt8? {
        guard let replicas else { return nil }
        guard joins.isEmpty else { throw .replicasWithJoin }
        let allowed = 1...NetworkParameters.maximumReplicas
        guard allowed.contains(replicas) else { throw .replicas(got: replicas, allowed: allowed) }
        return replicas
    }
}

extension PlacementAddress {
    /// Whether others could dial it at all.
    fileprivate var canBeAdvertised: Bool {
        if case .refused = kind { false } else { true }
    }
}

/// Why options don't fit together.
enum RunConfigurationError: Error, Equatable, CustomStringConvertible {
    /// `--data-dir` is empty.
    case noDataDirectory
    /// Listening on all addresses doesn't say which of them others shall dial.
    case wildcardNeedsAdvertise(Endpoint)
    /// No other node would dial the address.
    case cannotBeAdvertised(Endpoint)
    /// Who joins takes the network's parameters over.
    case replicasWithJoin
    /// Out of bounds.
    case replicas(got: UInt8, allowed: ClosedRange<UInt8>)
    /// Out of bounds, in seconds.
    case drainTimeout(got: Int, allowed: ClosedRange<Int>)
    /// The place for the operator's questions doesn't do.
    case admin(AdminAddressError)

    /// What is wrong, and what would do.
    var description: String {
        switch self {
        case .noDataDirectory: "--data-dir is empty; name the directory where the node keeps its identity and messages"
        case .wildcardNeedsAdvertise(let listen):
            "--listen \(listen) takes links on every address and doesn't tell others which one to dial; "
                + "add --advertise ADDR:\(listen.port) with the address under which others reach this machine"
        case .cannotBeAdvertised(let endpoint): Self.unusable(endpoint)
        case .replicasWithJoin:
            "--replicas is decided by who founds a network, and --join takes its parameters over; leave one of them out"
        case .replicas(let got, let allowed):
            "--replicas \(got) is out of bounds; a network has \(allowed.lowerBound) to \(allowed.upperBound)"
        case .drainTimeout(let got, let allowed):
            "--drain-timeout \(got) is out of bounds; it takes \(allowed.lowerBound) to \(allowed.upperBound) seconds"
        case .admin(let reason): reason.description
        }
    }

    private static func unusable(_ endpoint: Endpoint) -> String {
        guard case .refused(let reason) = endpoint.address.kind else {
            return "\(endpoint) can't be advertised; give another with --advertise ADDR:PORT"
        }
        return "\(endpoint) can't be advertised, no node would dial such an address (\(reason.rawValue)); "
            + "give one that others reach this machine by with --advertise ADDR:\(endpoint.port)"
    }
}
