import Foundation
import GRDB
public import MeshCrypto
import Synchronization

/// Contacts, history, outbox and all that a chat program must not lose, in one encrypted file.
///
/// **Blocking.** Every method reads or writes the disk on the calling thread, and waits while another thread or process
/// writes (up to ``ChatStoreOptions/busyMilliseconds``). Call it from a thread that may wait, not from an event loop.
/// It may be called from several threads, and several processes may have one file open.
///
/// **Transactions.** Each method is one transaction, on stable storage when it returns (`synchronous=FULL`): a message
/// that was taken in, the mark that it was, and the receipt for it are kept together or not at all. A method that throws
/// has changed nothing. SQLite's write lock is what guards epochs, outbox and history between processes.
public final class ChatStore: Sendable {
    /// The file, or `:memory:`.
    public let path: String
    let database: DatabaseQueue
    let cipher: RecordCipher
    let options: ChatStoreOptions
    /// Whether this instance has begun its own generation of epochs.
    let hasBegun = Mutex(false)

    /// Opens a file, or creates it (readable by its owner only).
    /// - Parameters:
    ///   - path: where it lies; its directory exists.
    ///   - key: what it is sealed with.
    /// - Throws: ``ChatStoreOpenError``, which says how to go on.
    public static func open(
        at path: String, key: StorageKey, options: ChatStoreOptions = ChatStoreOptions()
    ) throws(ChatStoreOpenError) -> ChatStore {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let lock: HomeLock
        do {
            lock = try HomeLock.acquire(
                .opening, in: directory, timeoutMilliseconds: UInt64(options.busyMilliseconds))
        } catch { throw .locked(error) }
        defer { withExtendedLifetime(lock) {} }
        try createFile(at: path)
        return try ChatStore(path: path, key: key, options: options)
    }

    /// A store that lies in memory and ends with this value.
    public static func inMemory(
        key: StorageKey, options: ChatStoreOptions = ChatStoreOptions()
    ) throws(ChatStoreOpenError) -> ChatStore {
        try ChatStore(path: ":memory:", key: key, options: options)
    }

    /// The files that a store at `path` consists of, for whoever deletes an account.
    public static func files(at path: String) -> [String] {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        return [path, "\(path)-wal", "\(path)-shm"]
            + HomeLock.Purpose.allCases.map { HomeLock.path(of: $0, in: directory) }
    }

    private init(path: String, key: StorageKey, options: ChatStoreOptions) throws(ChatStoreOpenError) {
        self.path = path
        self.options = options
        cipher = RecordCipher(key: key)
        do {
            database = try DatabaseQueue(path: path, configuration: Self.configuration(options))
            try Self.prepare(database, path: path, cipher: cipher)
        } catch let error as ChatStoreOpenError {
            throw error
        } catch {
            throw .store(ChatStoreError(error, path: path, waited: options.busyMilliseconds))
        }
    }

    /// Closes the file. Optional: letting go of the store does it as well. Whatever is called afterwards throws.
    public func close() throws(ChatStoreError) {
        do { try database.close() } catch {
            throw ChatStoreError(error, path: path, waited: options.busyMilliseconds)
        }
    }

    /// Looks over the whole file (some 100 MB a second).
    /// - Throws: ``ChatStoreError/damaged(path:detail:)`` with the first thing that is wrong.
    public func check() throws(ChatStoreError) {
        let verdict = try read { try String.fetchOne($0.db, sql: "PRAGMA quick_check(1)") ?? "no answer" }
        guard verdict == "ok" else { throw .damaged(path: path, detail: verdict) }
    }

    /// A number that changes when somebody else has written to the file, so that a program can look again cheaply.
    public func foreignChanges() throws(ChatStoreError) -> Int64 {
        try read { try Int64.fetchOne($0.db, sql: "PRAGMA data_version") ?? 0 }
    }
}

/// How a store behaves.
public struct ChatStoreOptions: Sendable {
    /// How long to wait while another process writes, in milliseconds.
    public var busyMilliseconds: Int
    /// Draws the random numbers for epochs.
    public var random: @Sendable () -> UInt64

    /// Waits up to 10 s, and takes the system's random numbers.
    public init(
        busyMilliseconds: Int = 10_000,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 1...UInt64.max) }
    ) {
        self.busyMilliseconds = busyMilliseconds
        self.random = random
    }
}
