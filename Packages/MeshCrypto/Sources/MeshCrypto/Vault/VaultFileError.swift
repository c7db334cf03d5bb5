/// Why a vault's file couldn't be read or written.
public enum VaultFileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// There is such a file already, and it was not to be replaced.
    case exists(path: String)
    /// The path names a directory, device or pipe.
    case notAFile(path: String)
    /// Others than the owner may read or write the file; `mode` holds its permission bits.
    case accessibleByOthers(path: String, mode: UInt32)
    /// The file was read, and its content refused.
    case vault(VaultError, path: String)
    /// A system call failed; `code` is its `errno`, `reason` the system's words for it.
    case system(call: String, path: String, code: Int32, reason: String)

    /// What happened to the file, and what to do.
    public var description: String {
        switch self {
        case .missing(let path): "there is no vault at \(path)"
        case .exists(let path): "there is a file at \(path) already; it was left as it is"
        case .notAFile(let path): "\(path) is no file"
        case .accessibleByOthers(let path, let mode):
            "others may use \(path) (mode \(String(mode, radix: 8))); chmod 600 it, and think of who read it"
        case .vault(let error, let path): "\(path): \(error)"
        case .system(let call, let path, _, let reason): "\(call) \(path): \(reason)"
        }
    }
}
