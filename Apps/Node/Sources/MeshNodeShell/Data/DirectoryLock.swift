import Glibc

/// Keeps a second process out of a directory as long as it lives. The kernel lets go when the process ends, however it
/// ends, so there is no stale lock.
final class DirectoryLock: Sendable {
    /// Longest content of a lock file: a process id and a newline.
    static let fileLimit = 32

    private let descriptor: Int32

    /// Takes the lock at once or not at all.
    init(path: String) throws(DirectoryLockError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(FileError(verb: "open", path: path, errno: errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw .file(FileError(verb: "lock", path: path, errno: code)) }
            throw .inUse(path, processID: Self.owner(path))
        }
        self.descriptor = descriptor
        let line = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count else {
            throw .file(FileError(verb: "write", path: path, errno: errno))
        }
    }

    deinit { close(descriptor) }

    private static func owner(_ path: String) -> Int32? {
        guard let bytes = try? DurableFile.read(path, limit: fileLimit) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
    }
}

/// Why a lock isn't had.
enum DirectoryLockError: Error, Equatable {
    /// Another process has it; its id, where it can be read.
    case inUse(String, processID: Int32?)
    /// The lock file can't be used.
    case file(FileError)
}
