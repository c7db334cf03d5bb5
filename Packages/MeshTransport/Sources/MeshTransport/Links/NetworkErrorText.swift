import Glibc
import NIOCore
import NIOPosix

/// What a socket's error says to a person, in one line.
enum NetworkErrorText {
    static func of(_ error: any Error) -> String {
        switch error {
        // NIO's own description names the system call and tells the code twice.
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case ChannelError.connectTimeout(let time): "no answer within \(time.nanoseconds / 1_000_000_000) s"
        case let error as NIOConnectionError: of(error)
        default: "\(error)"
        }
    }

    /// A name with many addresses gives many errors.
    private static func of(_ error: NIOConnectionError) -> String {
        let lookups = [error.dnsAError, error.dnsAAAAError].compactMap { $0 }.map { of($0) }
        let attempts = error.connectionErrors.map { "\($0.target): \(of($0.error))" }
        return attempts.isEmpty
            ? "the name can't be resolved: \(lookups.joined(separator: "; "))" : attempts.joined(separator: "; ")
    }
}
