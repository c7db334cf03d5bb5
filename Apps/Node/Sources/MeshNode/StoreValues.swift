public import MeshCrypto
public import MeshQueue
public import MeshWire

/// What names a message in the store: whose queue, and its id there.
public struct MessageKey: Hashable, Sendable {
    /// Whose queue.
    public let recipient: UserID
    /// Its name.
    public let id: SubmissionID

    /// Takes the parts as they are.
    public init(_ recipient: UserID, _ id: SubmissionID) {
        self.recipient = recipient
        self.id = id
    }
}

/// What one commit came to for one append, removal or release.
public struct CommitAnswer: Sendable, Equatable {
    /// Of the effect.
    public let token: UInt64
    /// What became of it.
    public let outcome: StoreOutcome

    /// Takes the parts as they are.
    public init(token: UInt64, _ outcome: StoreOutcome) {
        self.token = token
        self.outcome = outcome
    }
}

/// How the store ended an append, removal or release; told only once it is on stable storage.
public enum StoreOutcome: Sendable, Equatable {
    /// Append: it is held.
    case stored
    /// Append: it was removed within the same commit; the tombstone was written.
    case storedAndRemoved
    /// Append: the same id is held already.
    case alreadyHeld
    /// Append or removal: the same id was removed by proof before.
    case removedBefore
    /// Append: the recipient's queue holds as many messages as it may.
    case queueFull
    /// Append: the recipient's queue holds as many bytes as it may.
    case bytesFull
    /// Append: its expiry has passed.
    case expired
    /// Removal: it is gone, and remembered.
    case removed
    /// Removal: it isn't held, and is remembered from now on, so that it isn't taken if it comes.
    case remembered
    /// Release: it is gone, and nothing remembers it.
    case released
    /// Release: it isn't held. Removal: neither, nor need it be remembered, since its time is past.
    case notHeld
    /// Nothing happened; the shell has logged why.
    case failed
}

/// What a read of a queue brought.
public enum ReadResult: Sendable {
    /// In the order of arrival; `last` is the sequence to read on from, and `hasMore` says whether there is anything.
    case held([HeldMessage], last: UInt64, hasMore: Bool)
    case failed
}

/// A message out of the store, with the name under which it was put there: to compute it again would take a hash of the
/// whole envelope.
public struct HeldMessage: Sendable {
    /// Its name.
    public let id: SubmissionID
    /// The message.
    public let submission: Submission

    /// Takes the parts as they are.
    public init(id: SubmissionID, submission: Submission) {
        self.id = id
        self.submission = submission
    }
}

/// What the engine asks the store besides reading a queue from its beginning.
public enum StoreQuery: Sendable {
    /// These messages, as far as they are held: at most so many payload bytes, but one in any case.
    case messages([MessageKey], maximumBytes: Int)
    /// What is known of these.
    case lookup([MessageKey])
    /// A queue behind a sequence, without the messages themselves.
    case list(UserID, after: UInt64, maximumCount: Int)
    /// A digest of each queue under a key drawn for it, of the messages that expire later than given.
    case digests(key: UInt64, of: [UserID], expiringAfterSeconds: UInt32)
    /// Who has messages here; nil for the beginning.
    case recipients(from: QueueRecipientCursor?, maximumCount: Int)
    /// What was removed and is remembered; nil for the beginning.
    case tombstones(from: QueueTombstoneCursor?, maximumCount: Int)
}

/// The store's answer to a query.
public enum StoreAnswer: Sendable {
    /// In the order asked for; `examined` keys were used, and there is more behind them if they aren't all.
    case messages([Submission], examined: Int)
    /// One for each key.
    case lookup([StoredState])
    /// In the order of arrival.
    case list([StoredMessage], hasMore: Bool)
    /// One for each recipient.
    case digests([StoredDigest])
    /// Where to go on; nil at the end.
    case recipients([UserID], next: QueueRecipientCursor?)
    /// Where to go on; nil at the end.
    case tombstones([StoredTombstone], next: QueueTombstoneCursor?)
    /// Nothing could be read; the shell has logged why.
    case failed
}

/// What the store knows of a message.
public enum StoredState: Sendable, Equatable {
    /// It is held. Whether it may have been handed out: the store was told so, or was opened since.
    case held(expirySeconds: UInt32, isHandedOut: Bool)
    /// It was removed by this proof and is remembered until then.
    case removed(RemovalProof, keepUntilSeconds: UInt32)
    /// There is a copy that can't be read: a new one takes its place.
    case unreadable
    case unknown
}

/// A held message without its bytes.
public struct StoredMessage: Sendable, Equatable {
    /// Its name.
    public let id: SubmissionID
    /// Its place in the order of arrival.
    public let sequence: UInt64
    /// When it may be forgotten, in seconds since 1970.
    public let expirySeconds: UInt32
    /// Bytes of its body.
    public let byteCount: Int

    /// Takes the parts as they are.
    public init(id: SubmissionID, sequence: UInt64, expirySeconds: UInt32, byteCount: Int) {
        self.id = id
        self.sequence = sequence
        self.expirySeconds = expirySeconds
        self.byteCount = byteCount
    }
}

/// What stands for the set of ids in a queue, whatever their order.
public struct StoredDigest: Hashable, Sendable {
    /// How many.
    public let count: UInt32
    /// The digest under the query's key (16 bytes).
    public let digest: Bytes16

    /// Takes the parts as they are.
    public init(count: UInt32, digest: Bytes16) {
        self.count = count
        self.digest = digest
    }
}

/// A message that was removed, and what did it.
public struct StoredTombstone: Sendable, Equatable {
    /// Which message.
    public let key: MessageKey
    /// What removed it.
    public let proof: RemovalProof
    /// Until when it is remembered, in seconds since 1970.
    public let keepUntilSeconds: UInt32

    /// Takes the parts as they are.
    public init(_ key: MessageKey, _ proof: RemovalProof, keepUntilSeconds: UInt32) {
        self.key = key
        self.proof = proof
        self.keepUntilSeconds = keepUntilSeconds
    }
}
