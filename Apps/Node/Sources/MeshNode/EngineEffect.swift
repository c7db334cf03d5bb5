public import MeshCrypto
public import MeshRing
public import MeshWire

/// What the engine wants done. The shell performs effects in order and answers with events where they say so.
public enum EngineEffect: Sendable {
    case send(LinkID, Frame)
    /// Say goodbye, flush, close. `linkClosed` follows.
    case close(LinkID, Goodbye)
    /// Open a link to a node at this endpoint. `linkOpened` or `dialFailed` follows.
    case dial(Endpoint, expecting: NodeID?)
    /// Put a message on stable storage. `committed` or `commitFailed` follows.
    case append(token: UInt64, id: SubmissionID, Submission)
    /// Remove by a proof that has been verified, and remember it; where nothing is held too. `committed` or
    /// `commitFailed` follows.
    case remove(token: UInt64, recipient: UserID, id: SubmissionID, proof: RemovalProof, keepUntilSeconds: UInt32)
    /// Drop a message and don't remember it: it is in good hands elsewhere. `committed` or `commitFailed` follows.
    case release(token: UInt64, MessageKey)
    /// Read a queue behind `after`, at most so many messages and bytes. `read` follows.
    case read(token: UInt64, recipient: UserID, after: UInt64, maximumCount: Int, maximumBytes: Int)
    /// Ask the store something else. `answered` follows.
    case query(token: UInt64, StoreQuery)
    /// These messages may have reached a client from here. Never answered.
    case markHandedOut([MessageKey])
    /// Forget what has expired by now.
    case expire(nowSeconds: UInt32)
    /// Keep this roster on disk.
    case persist(Roster)
    case notice(EngineNotice)
    /// Everything that was under way is finished: the process may end.
    case stopped
}

/// What an operator may want to read in the log.
public enum EngineNotice: Sendable, Equatable {
    /// The node has become part of its network: at least one other member has been proven.
    case joined(members: Int)
    /// A member came, changed its state or was forgotten (nil).
    case memberChanged(NodeID, to: NodeState?)
    /// A peer broke the protocol and lost its link.
    case violation(Peer, String)
    /// A peer was told goodbye for another reason.
    case dismissed(Peer, GoodbyeReason)
    /// A node said goodbye to us.
    case goodbye(Peer, GoodbyeReason, detail: String)
    /// So many removals that a node told of were refused: it told of more messages that were never here than it may.
    case removalsRefused(from: NodeID, count: UInt64)
    /// Not everything that was under way could be finished in time.
    case stoppedWithPending(messages: Int)
    /// So many of the messages held have been handed over by a node that leaves.
    case draining(handedOver: Int, of: Int)
    /// The time was over before enough others held everything: these stay on disk, and are offered at the next start.
    case notHandedOver(messages: Int, of: Int)
    /// The others have been told that this node leaves.
    case left
    /// This node was to leave and ends as down.
    case stays(StayReason)
}
