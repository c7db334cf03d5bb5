/// A flat directory of files: all of the file system that the log needs.
///
/// The log calls it synchronously, from one thread at a time, except for `readBytes`, which a reading thread may call
/// beside others. What was written may be lost in a crash until `synchronize` returned; what a call on names did, until
/// `synchronizeNames` returned. A file stays usable by its `DiskFile` when its name changes or goes.
public protocol Disk: AnyObject {
    /// What stands before a file's name where people are told of it: a path with its last slash, or nothing.
    var location: String { get }

    /// The names of all files.
    func names() throws(DiskError) -> [String]

    /// Makes a file, empty if there was one of that name, with room for `byteCount` bytes set aside (0: none), so that
    /// writing there needs no more space and changes no metadata.
    func create(_ name: String, byteCount: Int) throws(DiskError) -> DiskFile

    /// Opens a file that is there.
    func openExisting(_ name: String) throws(DiskError) -> DiskFile

    /// Lets a file go.
    func close(_ file: DiskFile)

    /// The bytes of a file, room set aside included.
    func size(_ file: DiskFile) throws(DiskError) -> Int

    /// Fills `target` from `offset` on, and returns how many bytes there were: fewer at the end of the file.
    func readBytes(
        into target: UnsafeMutableRawBufferPointer, from file: DiskFile, at offset: Int
    ) throws(DiskError) -> Int

    /// Writes all of `bytes` at `offset`. If it fails, any part of them may be written.
    func writeBytes(_ bytes: UnsafeRawBufferPointer, to file: DiskFile, at offset: Int) throws(DiskError)

    /// Puts what was written to a file on stable storage. If it fails, what was written since the last success may be
    /// lost, whatever later calls say.
    func synchronize(_ file: DiskFile) throws(DiskError)

    /// Removes a name.
    func remove(_ name: String) throws(DiskError)

    /// Gives a file another name, in place of a file that has it.
    func rename(_ name: String, to other: String) throws(DiskError)

    /// Puts the names on stable storage.
    func synchronizeNames() throws(DiskError)
}

/// An open file, as its disk knows it.
public struct DiskFile: Sendable, Hashable, BitwiseCopyable {
    /// A number without a meaning to others: a descriptor, a place in a table.
    public var number: Int32

    /// The file with this number.
    public init(number: Int32) { self.number = number }
}

/// Why a disk could not do what it was asked.
public enum DiskError: Error, Sendable, Hashable {
    /// No room is left.
    case outOfSpace
    /// The system reported an error.
    case failed(code: Int32, message: String)
}

extension DiskError {
    /// The same as who uses a queue gets it.
    package func queueError(file: String) -> QueueError {
        switch self {
        case .outOfSpace: .outOfSpace(file: file)
        case .failed(let code, let message): .inputOutput(file: file, code: code, message: message)
        }
    }
}
