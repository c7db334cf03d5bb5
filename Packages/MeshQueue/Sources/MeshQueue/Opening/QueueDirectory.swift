import Glibc

/// The directory of a queue, held by this process alone while the value lives.
final class QueueDirectory: Sendable {
    let path: String
    private let lockDescriptor: Int32

    /// What versions before 0.2 kept their queues in.
    private static let oldName = "queue.db"

    /// Makes the directory (only its last part) if it is missing, and takes it.
    ///
    /// The lock is `flock` on a file of its own: it goes with the process however that ends. The holder's process number stands in the file for the message to a second opener.
    init(path: String) throws(QueueOpenError) {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try Self.make(path)
        let lockFile = path + "/queue.lock"
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.unusable(lockFile) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard reason == EWOULDBLOCK else { throw Self.unusable(lockFile, code: reason) }
            throw .inUse(path: path, holder: holder)
        }
        guard access(path + "/" + Self.oldName, F_OK) != 0 else {
            close(descriptor)
            throw .olderFormat(file: path + "/" + Self.oldName)
        }
        self.path = path
        lockDescriptor = descriptor
        Self.write("\(getpid())\n", to: descriptor)
    }

    deinit { close(lockDescriptor) }

    /// Lets others have it.
    func release() { flock(lockDescriptor, LOCK_UN) }

    private static func make(_ path: String) throws(QueueOpenError) {
        if mkdir(path, 0o700) == 0 {
            try synchronize(parent(of: path))
        } else if errno != EEXIST {
            throw unusable(path)
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func synchronize(_ path: String) throws(QueueOpenError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unusable(path) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        ftruncate(descriptor, 0)
        _ = text.utf8.withContiguousStorageIfAvailable { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    private static func holder(_ descriptor: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &text, text.count, 0)
        let digits = text.prefix(max(0, count)).prefix { $0 >= 48 && $0 <= 57 }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }

    private static func unusable(_ path: String, code: Int32 = errno) -> QueueOpenError {
        .unusableDirectory(path: path, code: code, message: String(cString: strerror(code)))
    }
}
