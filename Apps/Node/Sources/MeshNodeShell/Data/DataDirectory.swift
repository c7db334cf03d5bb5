import Glibc
import MeshCrypto
import MeshRing

/// The directory in which a node keeps everything it has. Open, it belongs to this process alone.
final class DataDirectory: Sendable {
    /// Without a slash at its end.
    let path: String
    /// Whether other users of the machine may look into it: worth a warning.
    let isOpenToOthers: Bool
    private let lock: DirectoryLock

    /// Opens the directory; makes it (mode 0700), and those above it, where they aren't there.
    static func open(_ path: String) throws(DataDirectoryError) -> DataDirectory {
        try make(path)
        var status = stat()
        guard stat(path, &status) == 0 else { throw .file(FileError(verb: "find", path: path, errno: errno)) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(path) }
        return DataDirectory(path: path, isOpenToOthers: status.st_mode & 0o077 != 0, lock: try lock(path))
    }

    private init(path: String, isOpenToOthers: Bool, lock: DirectoryLock) {
        self.path = path
        self.isOpenToOthers = isOpenToOthers
        self.lock = lock
    }

    /// The node's secret key.
    var keyFile: String { "\(path)/node.key" }
    /// The network's parameters.
    var networkFile: String { "\(path)/network" }
    /// The signed records of all known nodes.
    var rosterFile: String { "\(path)/roster" }
    /// The durable queues; made by the store.
    var queueDirectory: String { "\(path)/queue" }

    private static func lock(_ path: String) throws(DataDirectoryError) -> DirectoryLock {
        do throws(DirectoryLockError) {
            return try DirectoryLock(path: "\(path)/lock")
        } catch {
            switch error {
            case .inUse(_, let processID): throw .inUse(path, processID: processID)
            case .file(let error): throw .file(error)
            }
        }
    }

    private static func make(_ path: String) throws(DataDirectoryError) {
        if try makeLast(path) { return }
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .file(FileError(verb: "create", path: path, errno: ENOENT))
        }
        try make(String(path[..<slash]))
        guard try makeLast(path) else { throw .file(FileError(verb: "create", path: path, errno: ENOENT)) }
    }

    /// False where the directory above is missing.
    private static func makeLast(_ path: String) throws(DataDirectoryError) -> Bool {
        guard mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return true }
            if errno == ENOENT { return false }
            throw .file(FileError(verb: "create", path: path, errno: errno))
        }
        do { try DurableFile.syncDirectory(of: path) } catch { throw .file(error) }
        return true
    }
}

/// Why a data directory can't be used. Nothing in it was changed.
enum DataDirectoryError: Error, Equatable {
    /// Something else lies there.
    case notADirectory(String)
    /// Another node runs with it.
    case inUse(String, processID: Int32?)
    /// The system refused something.
    case file(FileError)
    /// A file in it isn't what it should be.
    case damaged(file: String, reason: String, remedy: String)
    /// Files are there that only a node with an identity writes, and the identity isn't.
    case keyMissing(String)
    /// Roster and parameters belong to different networks.
    case twoNetworks(String, network: NetworkID, roster: NetworkID)

    /// The exit status and what to tell the user.
    var failure: NodeFailure {
        switch self {
        case .notADirectory(let path):
            NodeFailure(.cantCreate, "'\(path)' is no directory", hint: "name another one with --data-dir")
        case .inUse(let path, let processID):
            NodeFailure(
                .tryAgain,
                "another node\(processID.map { " (process \($0))" } ?? "") runs with the data directory '\(path)'",
                hint: "stop it, or give this node a directory of its own with --data-dir")
        case .file(let error): error.failure
        case .damaged(let file, let reason, let remedy):
            NodeFailure(.data, "'\(file)' can't be used: \(reason)", hint: remedy)
        case .keyMissing(let path):
            NodeFailure(
                .data, "'\(path)/node.key' is missing, though '\(path)' has the data of a node",
                hint: "put the key back from a backup; to begin as a new node, use another --data-dir")
        case .twoNetworks(let path, let network, let roster):
            NodeFailure(
                .data, "'\(path)/network' is network \(network), '\(path)/roster' is of network \(roster)",
                hint: "put both back from one backup, or remove the roster and start with --join HOST:PORT")
        }
    }
}
