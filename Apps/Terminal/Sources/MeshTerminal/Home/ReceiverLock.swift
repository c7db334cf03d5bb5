import Glibc

/// The right to receive for a home: one process has it at a time. The kernel gives it back when the process ends.
final class ReceiverLock: Sendable {
    /// What its holder does, for others to decide whether to wait.
    enum Purpose: String, Sendable {
        /// Fetches what is queued, and ends.
        case receive
        /// Receives until it is stopped.
        case follow = "receive --follow"
        /// Shows conversations until it is left.
        case chat
        /// Waits for a receipt.
        case wait = "send --wait delivered"
        /// Keeps what it learned about the network: milliseconds.
        case saving
        /// Deletes the account.
        case delete = "account delete"

        /// Whether its holder stays until a person ends it, so that waiting is in vain.
        var stays: Bool { self == .follow || self == .chat }
    }

    /// What came of trying to take it.
    enum Outcome {
        case taken(ReceiverLock)
        case held(Holder)
    }

    /// Who holds it, as far as the file says so.
    struct Holder: Equatable, Sendable, CustomStringConvertible {
        let process: Int32?
        let purpose: Purpose?

        /// `process 4711 (mesh receive --follow)`.
        var description: String {
            let name = process.map { "process \($0)" } ?? "another process"
            return purpose.map { "\(name) (mesh \($0.rawValue))" } ?? name
        }
    }

    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Asks for it once.
    static func take(in home: Home, purpose: Purpose) throws(TerminalFailure) -> Outcome {
        let descriptor = open(home.receiverLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TerminalFailure(call: "opening", path: home.receiverLock) }
        let lock = ReceiverLock(descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw TerminalFailure(call: "locking", path: home.receiverLock)
            }
            return .held(lock.holder)
        }
        lock.write(purpose)
        return .taken(lock)
    }

    private var holder: Holder {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = max(0, pread(descriptor, &bytes, bytes.count, 0))
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        let parts = text.prefix { $0 != "\n" }.split(separator: " ", maxSplits: 1)
        return Holder(
            process: parts.first.flatMap { Int32($0) },
            purpose: parts.count > 1 ? Purpose(rawValue: String(parts[1])) : nil)
    }

    /// For others to name in their error; not to be able to write it harms nobody.
    private func write(_ purpose: Purpose) {
        let text = Array("\(getpid()) \(purpose.rawValue)\n".utf8)
        guard ftruncate(descriptor, 0) == 0 else { return }
        _ = pwrite(descriptor, text, text.count, 0)
    }
}
