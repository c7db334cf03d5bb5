import Glibc
package import MeshQueueCore

/// A directory of the file system as a `Disk`.
package final class PosixDisk: Disk {
    private let path: String
    private let directory: Int32

    /// Opens a directory that is there.
    package init(path: String) throws(DiskError) {
        self.path = path
        directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory < 0 { throw DiskError(code: errno) }
    }

    deinit { Glibc.close(directory) }

    package var location: String { path + "/" }

    package func names() throws(DiskError) -> [String] {
        guard let stream = opendir(path) else { throw DiskError(code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    package func create(_ name: String, byteCount: Int) throws(DiskError) -> DiskFile {
        let descriptor = openat(directory, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw DiskError(code: errno) }
        do throws(DiskError) {
            if byteCount > 0 { try Self.allocate(descriptor, byteCount: byteCount) }
        } catch {
            Glibc.close(descriptor)
            unlinkat(directory, name, 0)
            throw error
        }
        return DiskFile(number: descriptor)
    }

    /// Sets room aside; where a file system can't, the C library writes zeros.
    private static func allocate(_ descriptor: Int32, byteCount: Int) throws(DiskError) {
        let code = posix_fallocate(descriptor, 0, byteCount)
        if code != 0 { throw DiskError(code: code) }
    }

    package func openExisting(_ name: String) throws(DiskError) -> DiskFile {
        let descriptor = openat(directory, name, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw DiskError(code: errno) }
        return DiskFile(number: descriptor)
    }

    package func close(_ file: DiskFile) { Glibc.close(file.number) }

    package func size(_ file: DiskFile) throws(DiskError) -> Int {
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw DiskError(code: errno) }
        return Int(status.st_size)
    }

    package func readBytes(
        into target: UnsafeMutableRawBufferPointer, from file: DiskFile, at offset: Int
    ) throws(DiskError) -> Int {
        var done = 0
        while done < target.count {
            let count = pread(file.number, target.baseAddress! + done, target.count - done, offset + done)
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskError(code: errno)
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    package func writeBytes(_ bytes: UnsafeRawBufferPointer, to file: DiskFile, at offset: Int) throws(DiskError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(file.number, bytes.baseAddress! + done, bytes.count - done, offset + done)
            if count < 0 {
                if errno == EINTR { continue }
                throw DiskError(code: errno)
            }
            done += count
        }
    }

    package func synchronize(_ file: DiskFile) throws(DiskError) {
        guard fdatasync(file.number) == 0 else { throw DiskError(code: errno) }
    }

    package func remove(_ name: String) throws(DiskError) {
        guard unlinkat(directory, name, 0) == 0 else { throw DiskError(code: errno) }
    }

    package func rename(_ name: String, to other: String) throws(DiskError) {
        guard renameat(directory, name, directory, other) == 0 else { throw DiskError(code: errno) }
    }

    package func synchronizeNames() throws(DiskError) {
        guard fsync(directory) == 0 else { throw DiskError(code: errno) }
    }
}

extension DiskError {
    /// The system's error number, in its words.
    init(code: Int32) {
        self =
            code == ENOSPC || code == EDQUOT
            ? .outOfSpace : .failed(code: code, message: String(cString: strerror(code)))
    }
}
