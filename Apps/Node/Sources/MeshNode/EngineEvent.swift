public import MeshCrypto
public import MeshRing
public import MeshWire

/// A link, as long as it stands. Numbers are never used twice by one process.
public struct LinkID: Hashable, Sendable {
    /// The number of the link.
    public let rawValue: UInt64

    /// Takes the parts as they are.
    public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// Whom the handshake has proven at the other end.
public enum Peer: Hashable, Sendable {
    /// A node; `dialled` is the endpoint at which this node reached it, nil when it came from there.
    case node(NodeID, dialled: Endpoint?)
    /// The owner of an identity, who may fetch its queue.
    case user(UserID)
    /// A throwaway key: may ask for the roster and submit.
    case guest
}

/// What the shell tells the engine.
public enum EngineEvent: Sendable {
    /// Comes once, first.
    case start
    case linkOpened(LinkID, Peer)
    /// The frames of one or more link messages, in order.
    case frames(LinkID, [Frame])
    /// The link brought bytes that are no frames.
    case malformed(LinkID, FrameError)
    case linkClosed(LinkID)
    case dialFailed(Endpoint, expecting: NodeID?)
    case appended(token: UInt64, AppendResult)
    case removed(token: UInt64, RemoveResult)
    case read(token: UInt64, ReadResult)
    /// Nothing happened but time; the engine said with `nextDeadline` when it wants to hear this.
    case tick
    /// The operator wants this member forgotten, here alone. Does nothing unless it is down or left.
    case forget(NodeID)
    /// End in order: nothing new is taken, what is under way is finished. The first one counts.
    case stop(StopManner)
}

/// How the store answered an append.
public enum AppendResult: Sendable, Equatable {
    /// On stable storage.
    case stored
    /// The same id is held already.
    case alreadyHeld
    /// The same id was removed by proof.
    case removedBefore
    case queueFull
    case bytesFull
    case expired
    /// Not stored; the shell has logged why.
    case failed
}

/// How the store answered a removal.
public enum RemoveResult: Sendable, Equatable {
    /// The tombstone is on stable storage.
    case removed
    case notHeld
    case proofRefused
    case failed
}

/// What a read of a queue brought.
public enum ReadResult: Sendable {
    /// In the order of arrival; `last` is the sequence to read on from, and `hasMore` says whether there is anything.
    case messages([Submission], last: UInt64, hasMore: Bool)
    case failed
}
