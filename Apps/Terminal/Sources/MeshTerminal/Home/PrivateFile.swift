import Glibc

/// Small files for their owner alone: read whole, and replaced whole or not at all.
struct PrivateFile {
    let path: String

    /// The whole content; nil if there is no such file.
    /// - Parameter limit: more bytes than this are refused.
    func read(limit: Int) throws(TerminalFailure) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw TerminalFailure(call: "opening", path: path)
        }
        defer { close(descriptor) }
        guard let bytes = try Descriptor(descriptor).readAll(limit: limit, name: path) else {
            throw TerminalFailure(.data, "\(path) has more than \(limit) bytes; it was not written by this program")
        }
        return bytes
    }

    /// Writes a file beside, makes it durable, and only then gives it its name.
    func replace(with bytes: [UInt8]) throws(TerminalFailure) {
        let temporary = "\(path).new-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TerminalFailure(call: "writing", path: temporary) }
        do throws(TerminalFailure) {
            defer { close(descriptor) }
            try Descriptor(descriptor).writeAll(bytes, name: temporary)
            guard fsync(descriptor) == 0 else { throw TerminalFailure(call: "writing", path: temporary) }
            guard rename(temporary, path) == 0 else { throw TerminalFailure(call: "renaming", path: temporary) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}

/// A file descriptor that somebody else closes.
struct Descriptor {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Everything up to the end; nil if that is more than `limit` bytes.
    func readAll(limit: Int, name: String) throws(TerminalFailure) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let got = read(number, &chunk, chunk.count)
            if got < 0 && errno == EINTR { continue }
            guard got >= 0 else { throw TerminalFailure(call: "reading", path: name) }
            if got == 0 { return bytes }
            bytes += chunk[..<got]
            guard bytes.count <= limit else { return nil }
        }
    }

    /// Writes everything.
    func writeAll(_ bytes: [UInt8], name: String) throws(TerminalFailure) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes { write(number, $0.baseAddress! + done, bytes.count - done) }
            if put < 0 && errno == EINTR { continue }
            if put < 0 && errno == EAGAIN {
                var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                poll(&wait, 1, -1)
                continue
            }
            guard put >= 0 else { throw TerminalFailure(call: "writing", path: name) }
            done += put
        }
    }
}
