import Glibc

/// Small files that are either wholly there or not, whatever moment the power fails at.
enum DurableFile {
    /// Writes to a file beside it, syncs, puts that in place and syncs the directory. A failure leaves the old file as
    /// it was and nothing beside it.
    /// - Parameter path: in a directory where nobody else writes at the same time.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(FileError) {
        let temporary = path + ".new"
        try remove(temporary)  // what a crash left
        do throws(FileError) {
            try create(temporary, bytes, mode)
            guard rename(temporary, path) == 0 else { throw FileError(verb: "replace", path: path, errno: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Reads a file.
    /// - Returns: nil if there is none.
    /// - Throws: EFBIG for more than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw FileError(verb: "open", path: path, errno: errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(verb: "read", path: path, errno: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= limit else { throw FileError(verb: "read", path: path, errno: EFBIG) }
        }
    }

    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError(verb: "remove", path: path, errno: errno) }
    }

    private static func create(_ path: String, _ bytes: [UInt8], _ mode: mode_t) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError(verb: "create", path: path, errno: errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileError(verb: "write", path: path, errno: errno) }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw FileError(verb: "sync", path: path, errno: errno) }
    }

    /// Puts the names in the directory around `path` on stable storage.
    static func syncDirectory(of path: String) throws(FileError) {
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(verb: "open", path: directory, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError(verb: "sync", path: directory, errno: errno) }
    }
}
