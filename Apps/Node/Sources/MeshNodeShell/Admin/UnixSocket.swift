import Glibc

/// A listening Unix socket that only its owner may connect to.
struct UnixSocket {
    let path: String
    let descriptor: Int32
    private let identity: FileIdentity

    /// Binds at the path. A socket that is there already goes away if nobody answers on it; what isn't a socket stays.
    static func bind(path: String) throws(UnixSocketError) -> UnixSocket {
        try removeStale(path)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
        guard descriptor >= 0 else { throw .failed(path, "make", errno) }
        do {
            // Before bind: the file comes into being with this mode, so there is no moment when others may connect.
            guard fchmod(descriptor, 0o600) == 0 else { throw UnixSocketError.failed(path, "protect", errno) }
            guard withAddress(of: path, { Glibc.bind(descriptor, $0, $1) }) == 0 else {
                throw UnixSocketError.failed(path, "bind", errno)
            }
            guard let identity = FileIdentity.of(path) else { throw UnixSocketError.failed(path, "find", errno) }
            return UnixSocket(path: path, descriptor: descriptor, identity: identity)
        } catch let error as UnixSocketError {
            close(descriptor)
            throw error
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Removes the file, unless another took its place.
    func removeFile() {
        if FileIdentity.of(path) == identity { unlink(path) }
    }

    private static let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)

    private static func removeStale(_ path: String) throws(UnixSocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard probe >= 0 else { throw .failed(path, "probe", errno) }
        defer { close(probe) }
        let isRefused = withAddress(of: path, { connect(probe, $0, $1) }) != 0 && errno == ECONNREFUSED
        guard isRefused else { throw .inUse(path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw .failed(path, "remove", errno) }
    }

    private static func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8.prefix(AdminAddress.pathLimit))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Which file a path stands for.
struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    static func of(_ path: String) -> FileIdentity? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}

/// Why there is no socket at a path.
enum UnixSocketError: Error, Equatable, CustomStringConvertible {
    /// Something else lies there.
    case notASocket(String)
    /// Another process answers there.
    case inUse(String)
    /// A system call failed, with this errno.
    case failed(String, String, Int32)

    var description: String {
        switch self {
        case .notASocket(let path):
            "'\(path)' is no socket and is left alone; move it away or give another path with --admin unix:PATH"
        case .inUse(let path):
            "another process answers at '\(path)'; stop it or give another path with --admin unix:PATH"
        case .failed(let path, let verb, let code): "can't \(verb) the socket '\(path)': \(text(ofErrno: code))"
        }
    }
}
