import CSQLite
import Glibc
import MeshQueueCore

/// Keeps the write-ahead log from growing, and gives space back. For the writer's thread.
///
/// Commits only append to the log; a checkpoint copies its pages into the main file, after which the log starts over.
/// The copying is done by `Checkpointer` beside the writer; the writer copies the small rest between two commits, so
/// that the log has nothing left and starts over.
final class WriteAheadLog {
    private let connection: SQLiteConnection
    /// Pages after which the log is copied back (32 MiB by default): less often saves writing a page twice, more often
    /// saves disk.
    let limitPages: Int
    private let pages = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    private var highestPages = 0

    /// 256 free pages (2 MiB) stay for what comes next.
    private static let freePagesKept: Int64 = 256
    /// 512 pages (4 MiB) given back at a time.
    private static let pagesPerStep = 512
    /// 512 pages (4 MiB) of log aren't worth cutting off.
    private static let logPagesKept = 512

    init(_ connection: SQLiteConnection, limitPages: Int) {
        self.connection = connection
        self.limitPages = limitPages
        pages.initialize(to: 0)
        sqlite3_wal_hook(
            connection.handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int.self).pointee = Int(pages)
                return SQLITE_OK
            }, pages)
    }

    deinit {
        sqlite3_wal_hook(connection.handle, nil, nil)
        pages.deallocate()
    }

    /// Pages in the log after the last commit.
    var pageCount: Int {
        highestPages = max(highestPages, pages.pointee)
        return pages.pointee
    }

    /// Copies the log back. A failure (a reader in the way, no space) leaves it for the next time.
    func checkpoint(_ mode: Int32) {
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, nil, nil)
        guard code == SQLITE_OK, mode == SQLITE_CHECKPOINT_TRUNCATE else { return }
        pages.pointee = 0
        highestPages = 0
    }

    /// Gives some free pages of the file, or a log much larger than the file, back to the disk; returns whether there
    /// may be more. For idle times.
    func reclaim() -> Bool {
        do throws(SQLiteFailure) {
            let free = try connection.integer("PRAGMA freelist_count") ?? 0
            let total = try connection.integer("PRAGMA page_count") ?? 0
            if free > Self.freePagesKept, free * 4 > total {
                try connection.execute("PRAGMA incremental_vacuum(\(Self.pagesPerStep))")
                return true
            }
            if pageCount > 0, highestPages > max(Self.logPagesKept, Int(total) / 2) {
                checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
            }
        } catch {
            return false
        }
        return false
    }
}
