import MeshCrypto
import MeshRing

/// How a node begins, given what is stored and what it was told.
enum StartPlan: Equatable {
    /// Make a network with so many replicas. The directory is empty, or founding was interrupted before the key.
    case found(replicas: UInt8)
    /// Become part of a network through the start addresses. A network that is known must be the one that answers.
    case join(known: NetworkParameters?)
    /// Go on as a member; the start addresses help to find the others.
    case rejoin(NetworkParameters)

    /// - Throws: ``StartPlanError``, with nothing changed.
    init(stored: StoredNode, joins: Bool, replicas: UInt8?, directory: String) throws(StartPlanError) {
        // In this order things come into being: network, key, roster (founder); key, network, roster (who joins); queue.
        let network = stored.parameters ?? stored.roster?.parameters
        guard stored.identity != nil else {
            guard stored.roster == nil, !stored.hasQueues else { throw .keyMissing(directory) }
            guard joins else {
                self = .found(replicas: replicas ?? NetworkParameters.defaultReplicas)
                return
            }
            guard network == nil else { throw .foundingInterrupted(directory) }
            self = .join(known: nil)
            return
        }
        if replicas != nil { throw .notEmpty(directory, network?.replicas) }
        if let network, stored.roster != nil {
            self = .rejoin(network)
        } else {
            guard joins else { throw network == nil ? .neverJoined(directory) : .rosterMissing(directory) }
            self = .join(known: network)
        }
    }
}

/// Why a node can't begin.
enum StartPlanError: Error, Equatable {
    /// The directory has a node's data and no identity.
    case keyMissing(String)
    /// It was about to found a network, and is told to join one.
    case foundingInterrupted(String)
    /// `--replicas` for a directory that belongs to a node already; with R of its network, where known.
    case notEmpty(String, UInt8?)
    /// It has an identity and no network.
    case neverJoined(String)
    /// It knows its network and no node of it.
    case rosterMissing(String)

    var failure: NodeFailure {
        switch self {
        case .keyMissing(let path): DataDirectoryError.keyMissing(path).failure
        case .foundingInterrupted(let path):
            NodeFailure(
                .configuration, "'\(path)' was about to found a network of its own and is told to join another",
                hint: "remove the directory if --join is right, or leave --join out")
        case .notEmpty(let path, let replicas):
            NodeFailure(
                .configuration,
                "--replicas is for founding a network, and '\(path)' belongs to a node already"
                    + (replicas.map { ", in a network with \($0)" } ?? ""),
                hint: "leave it out, or name an empty directory with --data-dir")
        case .neverJoined(let path):
            NodeFailure(
                .configuration, "'\(path)' has an identity that isn't part of a network yet",
                hint: "add --join HOST:PORT of any node; to found a network, name an empty directory with --data-dir")
        case .rosterMissing(let path):
            NodeFailure(
                .configuration, "'\(path)' knows its network and no other node of it",
                hint: "add --join HOST:PORT of any node; if it was founded just now and has no other node yet, remove "
                    + "the directory and start again")
        }
    }
}
