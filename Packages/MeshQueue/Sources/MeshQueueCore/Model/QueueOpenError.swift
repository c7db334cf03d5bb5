/// Why a directory's queue was not opened. Nothing in it was changed.
public enum QueueOpenError: Error, Sendable, Hashable {
    /// The directory could not be made, read or written.
    case unusableDirectory(path: String, code: Int32, message: String)
    /// Another process, or another part of this one, has it open.
    case inUse(path: String, holder: String)
    /// The file was written by a later version.
    case newerFormat(file: String, found: Int, supported: Int)
    /// The directory has a queue of a version before 0.2, which kept it in another form.
    case olderFormat(file: String)
    /// The file is this package's, and is not as it was written.
    case damaged(file: String, detail: String)
    /// No room for the files.
    case outOfSpace(file: String)
    /// The operating system reported an error.
    case inputOutput(file: String, code: Int32, message: String)
}

extension QueueOpenError: CustomStringConvertible {
    /// What happened, to which file, and how to go on.
    public var description: String {
        switch self {
        case .unusableDirectory(let path, _, let message):
            "can't use the directory \(path): \(message); create it or change its owner, then start again"
        case .inUse(let path, let holder):
            "the queue in \(path) is in use by \(holder); stop that one first, or choose another directory"
        case .newerFormat(let file, let found, let supported):
            "\(file) has format \(found), this version knows up to \(supported); nothing was changed; install the "
                + "newer version again"
        case .olderFormat(let file):
            "\(file) holds the queue of a version before 0.2, which this one can't read; nothing was changed; let that "
                + "version deliver it, or move the file away to start with an empty queue"
        case .damaged(let file, let detail):
            "\(file) is damaged: \(detail); nothing was changed; restore its directory from a copy, or move that away "
                + "to start with an empty queue"
        case .outOfSpace(let file):
            "no space left to open \(file); free space on its disk, then start again"
        case .inputOutput(let file, let code, let message):
            "error \(code) on \(file): \(message); look at the disk and the file's owner, then start again"
        }
    }
}

extension QueueError {
    /// The same as who opens a queue gets it.
    package func openError(file: String) -> QueueOpenError {
        switch self {
        case .outOfSpace(let file): .outOfSpace(file: file)
        case .inputOutput(let file, let code, let message): .inputOutput(file: file, code: code, message: message)
        case .damaged(let file, let detail): .damaged(file: file, detail: detail)
        case .tooManyPending, .closed: .inputOutput(file: file, code: 0, message: description)
        }
    }
}
