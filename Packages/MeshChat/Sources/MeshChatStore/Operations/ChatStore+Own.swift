import Foundation
import GRDB
public import MeshChat

extension ChatStore {
    /// How the user wants to be shown.
    public func profile() throws(ChatStoreError) -> Profile {
        try read { try $0.ownProfile().profile }
    }

    /// Changes how the user wants to be shown. Nobody is told by this: those whose ``Person/hasOwnProfile`` is false
    /// after it are due for ``sendProfile(to:now:seal:)``.
    public func setProfile(_ profile: Profile) throws(ChatStoreError) {
        try writePlainly { transaction in
            var own = try transaction.ownProfile()
            guard own.profile != profile else { return }
            own.profile = profile
            own.revision += 1
            try transaction.setOwnProfile(own)
        }
    }

    /// What the user has decided.
    public func settings() throws(ChatStoreError) -> ChatSettings {
        try read { try $0.settings() }
    }

    /// Keeps what the user has decided. Receipts that wait to be sent already are sent all the same.
    public func setSettings(_ settings: ChatSettings) throws(ChatStoreError) {
        try writePlainly { try $0.setSettings(settings) }
    }

    /// Deletes everything: contacts, history, outbox, profile, settings, and what was seen. The file stays, empty, and
    /// its old pages are overwritten; ``files(at:)`` says what to delete after ``close()``.
    public func deleteAll() throws(ChatStoreError) {
        try writePlainly { transaction in
            for table in ["feed", "custody", "outbox", "entry", "seen", "peer"] {
                try transaction.db.execute(sql: "DELETE FROM \(table)")
            }
            try transaction.db.execute(
                sql: "DELETE FROM meta WHERE name NOT IN (?, ?)",
                arguments: [MetaName.keyCheck.rawValue, MetaName.generation.rawValue])
        }
        do {
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM")
                _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch {
            throw ChatStoreError(error, path: path, waited: options.busyMilliseconds)
        }
    }
}

/// The own profile, and how often it has changed.
struct OwnProfile {
    var profile: Profile
    /// 0 as long as none was set: nobody has to be told then.
    var revision: UInt64
}

extension ChatTransaction {
    func ownProfile() throws -> OwnProfile {
        try meta(.profile) { bytes in
            var reader = RecordReader(bytes)
            let own = OwnProfile(profile: try reader.profile(), revision: try reader.integer())
            try reader.finish()
            return own
        } ?? OwnProfile(profile: .none, revision: 0)
    }

    func setOwnProfile(_ own: OwnProfile) throws {
        var writer = RecordWriter()
        writer.put(own.profile)
        writer.put(own.revision)
        try setMeta(.profile, writer.bytes)
    }

    func settings() throws -> ChatSettings {
        try meta(.settings) { bytes in
            var reader = RecordReader(bytes)
            let settings = ChatSettings(tellsDelivered: try reader.bool(), tellsRead: try reader.bool())
            try reader.finish()
            return settings
        } ?? ChatSettings()
    }

    func setSettings(_ settings: ChatSettings) throws {
        var writer = RecordWriter()
        writer.put(settings.tellsDelivered)
        writer.put(settings.tellsRead)
        try setMeta(.settings, writer.bytes)
    }
}
