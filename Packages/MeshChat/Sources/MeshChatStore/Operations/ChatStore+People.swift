import Foundation
import GRDB
import MeshChat
public import MeshCrypto

extension ChatStore {
    /// Everybody of whom something is kept, contacts and strangers, in the order in which they came.
    public func people() throws(ChatStoreError) -> [Person] {
        try read { transaction in
            let revision = try transaction.ownProfile().revision
            return try transaction.peers().map { transaction.value(of: $0, ownRevision: revision) }
        }
    }

    /// The contacts, in the order in which they came.
    public func contacts() throws(ChatStoreError) -> [Person] {
        try people().filter { $0.contact != nil }
    }

    /// Somebody by id; nil if nothing is kept of them.
    public func person(_ id: UserID) throws(ChatStoreError) -> Person? {
        try read { transaction in
            let revision = try transaction.ownProfile().revision
            return try transaction.peer(id).map { transaction.value(of: $0, ownRevision: revision) }
        }
    }

    /// The contact to whom the user gave this name. Names that people give themselves are not looked at.
    public func contact(named name: String) throws(ChatStoreError) -> Person? {
        try people().first { $0.contact?.name == name }
    }

    /// How many messages are shown and not seen, by person; those with none are left out.
    public func unreadCounts() throws(ChatStoreError) -> [UserID: UInt64] {
        let unread = try people().filter { $0.unread > 0 }
        return Dictionary(uniqueKeysWithValues: unread.map { ($0.id, $0.unread) })
    }

    /// Accepts somebody: they are told from now on what becomes of their messages.
    /// - Parameters:
    ///   - name: what the user calls them, unlike any other contact; nil for nothing.
    ///   - now: milliseconds since 1970.
    @discardableResult
    public func addContact(_ id: UserID, name: String?, now: UInt64) throws(ContactError) -> Person {
        try changeContact(id, name: name) { person in
            if let contact = person.contact { throw ContactError.alreadyAContact(id, name: contact.name) }
            person.contact = Person.Contact(name: name, addedAtMilliseconds: now)
        }
    }

    /// Calls a contact by another name; nil for none.
    @discardableResult
    public func renameContact(_ id: UserID, to name: String?) throws(ContactError) -> Person {
        try changeContact(id, name: name) { person in
            guard let contact = person.contact else { throw ContactError.notAContact(id) }
            person.contact = Person.Contact(name: name, addedAtMilliseconds: contact.addedAtMilliseconds)
        }
    }

    /// Makes a contact a stranger again, who is told nothing.
    /// - Parameter deletingHistory: whether the conversation is deleted as well. What was seen stays marked as seen.
    public func removeContact(_ id: UserID, deletingHistory: Bool) throws(ContactError) {
        try changingContacts { transaction in
            guard var peer = try transaction.peer(id), peer.person.contact != nil else {
                throw ContactError.notAContact(id)
            }
            peer.person.contact = nil
            peer.conversation.onContactRemoved()
            if deletingHistory {
                peer.conversation.onHistoryDeleted()
                try transaction.db.execute(sql: "DELETE FROM entry WHERE peer = ?", arguments: [peer.row])
            }
            try transaction.save(peer)
        }
    }

    private func changeContact(
        _ id: UserID, name: String?, _ change: (inout PersonRecord) throws -> Void
    ) throws(ContactError) -> Person {
        try changingContacts { transaction in
            if let name { try transaction.checkName(name, of: id) }
            var peer = try transaction.peerOrNew(id)
            try change(&peer.person)
            try transaction.save(peer)
            return transaction.value(of: peer, ownRevision: try transaction.ownProfile().revision)
        }
    }

    private func changingContacts<Value>(
        _ body: (ChatTransaction) throws -> Value
    ) throws(ContactError) -> Value {
        do { return try write(body) } catch let error as ContactError {
            throw error
        } catch {
            throw .store(ChatStoreError(error, path: path, waited: options.busyMilliseconds))
        }
    }
}

extension ChatTransaction {
    func value(of peer: PeerState, ownRevision: UInt64) -> Person {
        Person(
            id: peer.person.id, contact: peer.person.contact, profile: peer.person.profile,
            unread: peer.conversation.unread, lastPosition: peer.conversation.lastPosition,
            hasOwnProfile: peer.person.sentProfileRevision == ownRevision)
    }

    /// The same rules as for names in profiles, and no name that could pass for an id or another contact.
    fileprivate func checkName(_ name: String, of id: UserID) throws(ContactError) {
        guard !name.isEmpty else { throw .nameEmpty }
        do { _ = try Profile(name: name) } catch { throw .nameRefused(error) }
        guard !name.lowercased().hasPrefix("\(UserID.textPrefix)1") else { throw .nameLikeID(name: name) }
        let others: [PeerState]
        do { others = try peers() } catch { throw .store(ChatStoreError(error, path: path, waited: 0)) }
        if let other = others.first(where: { $0.person.contact?.name == name && $0.person.id != id }) {
            throw .nameTaken(name: name, by: other.person.id)
        }
    }
}
