import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// Carries out what a conversation says, within the transaction that keeps its new state.
extension ChatTransaction {
    /// - Returns: the receipts to send to the peer.
    func carryOut(_ effects: [ConversationEffect], _ peer: inout PeerState, now: UInt64) throws -> [Receipt] {
        var receipts: [Receipt] = []
        for effect in effects {
            switch effect {
            case .ignored, .typing: break
            case .record(let arrival, let message): try record(arrival, message, peer)
            case .show(let id, let position, let late): try show(id, at: position, late: late, peer)
            case .showGap(let gap, let position): try showGap(gap, at: position, peer, now: now)
            case .adoptProfile(let id): try adoptProfile(id, &peer)
            case .advance(let ids, let state):
                for id in ids {
                    try advance(id, to: state, peer, custody: nil)
                    try noteTold(id, state, peer, now: now)
                }
            case .prove(let id, let secret): try noteProof(id, secret, peer, now: now)
            case .sendReceipt(let receipt): receipts.append(receipt)
            }
        }
        return receipts
    }

    func isSeen(_ id: InnerID, from peer: UserID) throws -> Bool {
        let tag = Data(cipher.tag(.seen, peer, id))
        return try Bool.fetchOne(db, sql: "SELECT 1 FROM seen WHERE tag = ?", arguments: [tag]) ?? false
    }

    private func record(_ arrival: Arrival, _ message: ChatMessage, _ peer: PeerState) throws {
        try db.execute(
            sql: "INSERT INTO seen (tag) VALUES (?)",
            arguments: [Data(cipher.tag(.seen, peer.person.id, arrival.id))])
        let record = EntryRecord(
            .message(arrival.id, message.encoded), sentAt: arrival.sentAtMilliseconds,
            receivedAt: arrival.arrivedAtMilliseconds)
        try insert(
            EntryKind(arrival.kind), tag: receivedTag(arrival.id, from: peer.person.id), peer: peer, position: nil,
            state: EntryState(late: false), record)
    }

    private func show(_ id: InnerID, at position: UInt64, late: Bool, _ peer: PeerState) throws {
        let tag = receivedTag(id, from: peer.person.id)
        try db.execute(
            sql: "UPDATE entry SET position = ?, state = ? WHERE tag = ?",
            arguments: [Int64(clamping: position), EntryState(late: late).number, Data(tag)])
        try tell(.shown, tag: tag, peer)
    }

    private func showGap(_ gap: Gap, at position: UInt64, _ peer: PeerState, now: UInt64) throws {
        let tag = Bytes16.random().bytes
        let record = EntryRecord(.gap(gap), sentAt: now, receivedAt: now)
        try insert(.gap, tag: tag, peer: peer, position: position, state: EntryState(late: false), record)
        try tell(.shown, tag: tag, peer)
    }

    /// Puts an entry into the feed of what is to be printed, and among what is shown now.
    private func tell(_ kind: FeedKind, tag: [UInt8], _ peer: PeerState) throws {
        // The entry of a held message is gone if the history was deleted meanwhile.
        guard let entry = try entry(tag: tag) else { return }
        try insertFeed(kind, entry: entry.row)
        changes.shown.append(try value(of: entry, with: peer.person.id))
    }

    private func insertFeed(_ kind: FeedKind, entry: Int64) throws {
        try db.execute(sql: "INSERT INTO feed (kind, entry) VALUES (?, ?)", arguments: [kind.rawValue, entry])
    }

    private func adoptProfile(_ id: InnerID, _ peer: inout PeerState) throws {
        guard let entry = try entry(tag: receivedTag(id, from: peer.person.id)),
            case .message(_, let body) = entry.record.body,
            case .profile(let profile) = try? ChatMessage(decoding: body).event
        else { return }
        peer.person.profile = profile
        if !changes.profiles.contains(peer.person.id) { changes.profiles.append(peer.person.id) }
    }

    /// Moves an own message on, if it went to this peer and isn't further already.
    func advance(_ id: InnerID, to state: OwnMessageState, _ peer: PeerState, custody: Custody?) throws {
        guard let entry = try entry(tag: ownTag(id, to: peer.person.id)), var own = entry.state.own else { return }
        let moved = own.advance(to: state)
        let newState = EntryState(own: own, custody: custody ?? entry.state.custody)
        if newState != entry.state { try setState(newState, of: entry) }
        guard moved else { return }
        changes.progress.append(MessageProgress(peer: peer.person.id, id: id, state: own))
        if let kind = FeedKind(own) { try insertFeed(kind, entry: entry.row) }
    }

    func send(_ receipt: Receipt, to peer: PeerState, seal: Sealer) throws {
        let message = try ChatMessage(.receipt(receipt), order: nil)
        _ = try enqueue(message, to: peer, seal: seal)
        changes.queued += 1
    }

    /// Seals a message and puts it into the outbox.
    func enqueue(
        _ message: ChatMessage, to peer: PeerState, seal: Sealer
    ) throws -> (item: OutboxItem, submission: OutgoingSubmission) {
        let draft = ChatDraft(recipient: peer.person.id, body: message.encoded)
        let submission: OutgoingSubmission
        do { submission = try seal(draft) } catch { throw ChatSendError.notSealed(error) }
        precondition(submission.recipient == draft.recipient, "a draft was sealed for somebody else")
        let item = try insert(submission, message: ownTag(submission.innerID, to: peer.person.id))
        return (item, submission)
    }
}

/// What the feed says about an entry.
enum FeedKind: UInt8 {
    case shown = 1
    case delivered = 2
    case read = 3

    init?(_ state: OwnMessageState) {
        switch state {
        case .delivered: self = .delivered
        case .read: self = .read
        case .queued, .failed, .accepted: return nil
        }
    }

    var event: FeedItem.Event {
        switch self {
        case .shown: .shown
        case .delivered: .delivered
        case .read: .read
        }
    }
}
