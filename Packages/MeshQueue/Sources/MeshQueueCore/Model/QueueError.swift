/// Why a store could not do what it was asked. Nothing was changed by the operation that failed.
public enum QueueError: Error, Sendable, Hashable {
    /// The disk, or the size allowed to the store's file, is full.
    case outOfSpace(file: String)
    /// The operating system reported an error.
    case inputOutput(file: String, code: Int32, message: String)
    /// What was read back isn't what was written.
    case damaged(file: String, detail: String)
    /// More operations wait for the writer than allowed; wait for completions before submitting more.
    case tooManyPending(limit: Int)
    /// The store has been closed.
    case closed
}

extension QueueError: CustomStringConvertible {
    /// What happened, to what, and what to do.
    public var description: String {
        switch self {
        case .outOfSpace(let file):
            "no space left for \(file): nothing was changed; free space on its disk, the store goes on by itself"
        case .inputOutput(let file, let code, let message):
            "error \(code) on \(file): \(message); nothing was changed; look at the disk, then try again"
        case .damaged(let file, let detail):
            "\(file) is damaged: \(detail); stop, and restore it from a copy or move it away to start empty"
        case .tooManyPending(let limit):
            "more than \(limit) operations wait for the disk: nothing was changed; submit again after completions"
        case .closed:
            "the queue is closed: nothing was changed; open it again"
        }
    }
}
