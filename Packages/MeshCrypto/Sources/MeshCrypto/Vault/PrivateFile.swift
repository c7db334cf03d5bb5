import Glibc

/// Small files for their owner alone, read whole and written whole.
struct PrivateFile {
    let path: String

    func read(maximumBytes: Int) throws(VaultFileError) -> [UInt8] {
        // Without O_NONBLOCK a pipe of that name would make us wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing(path: path) : failure("open") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_mode & 0o077 == 0 else {
            throw .accessibleByOthers(path: path, mode: status.st_mode & 0o7777)
        }
        guard status.st_size <= maximumBytes else {
            throw .vault(.tooLarge(got: Int(status.st_size), allowed: maximumBytes), path: path)
        }
        return try read(descriptor, count: Int(status.st_size))
    }

    private func read(_ descriptor: Int32, count: Int) throws(VaultFileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + done, count - done) }
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw failure("read") }
            if got == 0 { break }
            done += got
        }
        return Array(bytes[..<done])
    }

    /// Writes a file beside, makes it durable, and only then gives it its name.
    func write(_ bytes: [UInt8], replacing: Bool) throws(VaultFileError) {
        let temporary = path + ".new-" + Bytes16.random().hex
        do throws(VaultFileError) {
            try writeDurably(bytes, to: temporary)
            if replacing {
                guard rename(temporary, path) == 0 else { throw failure("rename") }
            } else {
                guard link(temporary, path) == 0 else {
                    throw errno == EEXIST ? .exists(path: path) : failure("link")
                }
                unlink(temporary)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory()
    }

    private func writeDurably(_ bytes: [UInt8], to temporary: String) throws(VaultFileError) {
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("open", temporary) }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("fchmod", temporary) }
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
            if put < 0 && errno == EINTR { continue }
            guard put >= 0 else { throw failure("write", temporary) }
            done += put
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", temporary) }
    }

    /// Makes the file's name durable.
    private func syncDirectory() throws(VaultFileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", directory) }
    }

    /// The directory that the file's name stands in.
    var directory: String {
        guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    private func failure(_ call: String, _ path: String? = nil) -> VaultFileError {
        let code = errno
        return .system(call: call, path: path ?? self.path, code: code, reason: String(cString: strerror(code)))
    }
}
