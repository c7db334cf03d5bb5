import Dispatch
import Logging
import MeshCrypto
import MeshRing
import NIOConcurrencyHelpers

/// Writes rosters to disk on a queue of its own, the newest only: the engine's thread must not wait for a disk.
final class RosterKeeper: Sendable {
    private let directory: DataDirectory
    private let own: NodeID
    /// Whether a roster without other nodes is kept. Not by a node that hasn't joined yet: it would come back as a
    /// member that knows nobody.
    private let keepsLonely: Bool
    private let logger: Logger
    private let queue = DispatchQueue(label: "mesh.roster")
    private let waiting = NIOLockedValueBox<Roster?>(nil)

    init(directory: DataDirectory, own: NodeID, keepsLonely: Bool, logger: Logger) {
        self.directory = directory
        self.own = own
        self.keepsLonely = keepsLonely
        self.logger = logger
    }

    /// Returns at once.
    func keep(_ roster: Roster) {
        guard keepsLonely || roster.members.contains(where: { $0.node != own }) else { return }
        let wasIdle = waiting.withLockedValue { waiting in
            defer { waiting = roster }
            return waiting == nil
        }
        if wasIdle { queue.async { self.write() } }
    }

    /// Waits until what was given is on disk.
    func flush() { queue.sync {} }

    private func write() {
        let taken = waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        guard let roster = taken else { return }
        do throws(DataDirectoryError) {
            try directory.store(roster)
        } catch {
            logger.error("the roster is not on disk: \(error.failure)", metadata: ["event": "roster_not_kept"])
        }
    }
}
