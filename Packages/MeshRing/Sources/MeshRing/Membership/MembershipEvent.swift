public import MeshCrypto

/// What happens to a membership core.
public enum MembershipEvent: Sendable {
    /// Time to begin: dials start addresses and known members. Comes once, first.
    case start
    /// A link whose handshake proved this node stands. `dialled` is the endpoint if it was dialled from here: that
    /// proves that the node answers there. At most one link in each direction: a newer one replaces the older, which
    /// the shell closes without ``linkDown(_:dialledByUs:)``.
    case linkUp(NodeID, dialled: Endpoint?)
    /// A link has ended, for whatever reason. After ``MembershipAction/closeDuplicateLink(_:dialledByUs:)`` it may come
    /// or not.
    case linkDown(NodeID, dialledByUs: Bool)
    /// A dial didn't lead to the expected node: no answer, refused, or another key. Every
    /// ``MembershipAction/dial(_:expecting:)`` ends in this or in ``linkUp(_:dialled:)``.
    case dialFailed(Endpoint, expected: NodeID?)
    /// Records that a peer sent, by itself or as an answer. Nil for a source without node id.
    case records([ReportedRecord], from: NodeID?)
    /// What a peer says its roster's digest is.
    case digest(Bytes16, from: NodeID)
    /// What ``MembershipAction/send(_:to:)`` carried here from a peer.
    case message([UInt8], from: NodeID)
    /// The operator's start addresses, instead of those before.
    case startAddresses([StartAddress])
    /// The operator wants this member forgotten. Does nothing unless it is down or left.
    case forget(NodeID)
    /// This node goes for good: spreads the word and ends with ``MembershipAction/departed``.
    case leave
    /// Nothing but time has passed.
    case tick
}
