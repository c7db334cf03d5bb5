public import MeshCrypto
public import MeshRing
public import MeshWire

/// A link, as long as it stands. A number comes back, if ever, when nothing remembers its link any more.
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
    /// One commit of the store, all that it did: appends, removals and releases. Later commits have larger numbers, over
    /// restarts too.
    case committed(number: UInt64, [CommitAnswer])
    /// Of these appends, removals and releases nothing happened.
    case commitFailed([UInt64])
    case read(token: UInt64, ReadResult)
    case answered(token: UInt64, StoreAnswer)
    /// A message that was held can't be read any more: it counts as not held, and a new copy of it is taken. Comes once,
    /// when that is found.
    case unreadable(MessageKey)
    /// Nothing happened but time; the engine said with `nextDeadline` when it wants to hear this.
    case tick
    /// The operator wants this member forgotten, here alone. Does nothing unless it is down or left.
    case forget(NodeID)
    /// End in order: nothing new is taken, what is under way is finished. The first one counts.
    case stop(StopManner)
}
