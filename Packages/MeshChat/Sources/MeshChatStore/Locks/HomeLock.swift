import Foundation
import Glibc

/// A lock between processes (and between several holders in one process) on one home directory.
///
/// The kernel gives it back when its holder ends, however that happens; the file stays. What one process does in
/// *one* transaction needs no such lock: SQLite's own write lock guards epochs, outbox and history. This one is for what
/// takes longer, above all for submitting the outbox: who holds ``Purpose/outbox`` submits for everybody on this home.
///
/// Acquiring blocks the calling thread.
public final class HomeLock: Sendable {
    /// What is locked. Each purpose is a file of its own.
    public enum Purpose: String, Sendable, CaseIterable {
        /// Submitting what is in the outbox.
        case outbox
        /// Opening the store, which may create or migrate it.
        case opening
    }

    /// How often a lock that is held is asked for again, in milliseconds: short against what a person notices.
    static let pollMilliseconds: UInt64 = 10

    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The lock's file in a directory.
    public static func path(of purpose: Purpose, in directory: String) -> String {
        "\(directory)/\(purpose.rawValue).lock"
    }

    /// Waits for the lock and takes it; letting go of the value gives it back.
    /// - Parameters:
    ///   - purpose: what to lock.
    ///   - directory: the home, which exists.
    ///   - timeoutMilliseconds: how long to wait; 0 asks once.
    /// - Throws: ``HomeLockError``, naming the process that holds it.
    public static func acquire(
        _ purpose: Purpose, in directory: String, timeoutMilliseconds: UInt64
    ) throws(HomeLockError) -> HomeLock {
        let path = path(of: purpose, in: directory)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        let lock = HomeLock(descriptor: descriptor)
        let end = ContinuousClock.now + .milliseconds(Int64(clamping: timeoutMilliseconds))
        while true {
            if try lock.take(path) { break }
            guard ContinuousClock.now < end else {
                throw .held(path: path, by: lock.holder, waitedMilliseconds: timeoutMilliseconds)
            }
            usleep(UInt32(pollMilliseconds) * 1_000)
        }
        lock.writeHolder()
        return lock
    }

    private func take(_ path: String) throws(HomeLockError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        return false
    }

    /// The process that wrote itself into the file when it took the lock.
    private var holder: Int32? {
        var text = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &text, text.count, 0)
        return count > 0 ? Int32(String(decoding: text.prefix(count), as: UTF8.self).trimmed) : nil
    }

    /// For others to name in their error; not to be able to write it harms nobody.
    private func writeHolder() {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// Why a lock could not be taken.
public enum HomeLockError: Error, Hashable, Sendable {
    /// Another holder kept it for longer than was waited; its process id, where it is known.
    case held(path: String, by: Int32?, waitedMilliseconds: UInt64)
    /// The lock's file can't be used, for the system's reason.
    case cannotOpen(path: String, reason: String)
}

extension HomeLockError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .held(let path, let process, let waited):
            """
            \(path) is held by \(process.map { "process \($0)" } ?? "another process"), for longer than \(waited) ms; \
            wait for it, or end it
            """
        case .cannotOpen(let path, let reason): "\(path) can't be locked: \(reason)"
        }
    }
}
