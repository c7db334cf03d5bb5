/// A failed operation on a file or directory.
struct FileError: Error, Equatable, CustomStringConvertible {
    /// What was tried, as a verb that fits behind «can't».
    let verb: String
    let path: String
    /// Why the system refused.
    let errno: Int32

    var description: String { "can't \(verb) '\(path)': \(text(ofErrno: errno))" }

    var failure: NodeFailure { NodeFailure(.of(errno: errno), description) }
}
