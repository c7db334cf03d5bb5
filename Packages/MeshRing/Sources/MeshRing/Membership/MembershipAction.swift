public import MeshCrypto

/// What a membership core wants done; the shell does it in order.
public enum MembershipAction: Equatable, Sendable {
    /// Open a link. Answered by ``MembershipEvent/linkUp(_:dialled:)`` or
    /// ``MembershipEvent/dialFailed(_:expected:)``; another node than the expected one is a failure.
    case dial(Endpoint, expecting: NodeID?)
    /// Close one of two links to a node; the other one stays.
    case closeDuplicateLink(NodeID, dialledByUs: Bool)
    /// Send records over the standing link, in as many frames as needed.
    case sendRecords([ReportedRecord], to: NodeID)
    /// Send the roster's digest as it is now.
    case sendDigest(to: NodeID)
    /// Ask a peer for its whole roster, page by page; the pages come back as ``MembershipEvent/records(_:from:)``.
    case requestRoster(from: NodeID)
    /// Send bytes over the standing link, to arrive there as ``MembershipEvent/message(_:from:)``; at most
    /// ``MembershipLimits/maximumMessageBytes``. Lost without harm if there is no link.
    case send([UInt8], to: NodeID)
    /// The peer broke the protocol: close its links with this reason.
    case violation(NodeID, MembershipViolation)
    /// A member came, changed its state or went. Nil means: no member.
    case memberChanged(NodeID, from: NodeState?, to: NodeState?)
    /// The placed nodes have changed: the roster has another digest, the ring has to be computed again.
    case rosterChanged
    /// Keep this roster on disk.
    case persist(Roster)
    /// This node has left and told so: once what was sent before has gone out, links may be closed.
    case departed
}

/// What a peer did wrong.
public enum MembershipViolation: Hashable, Sendable {
    /// It passed on a record that it can't have believed.
    case record(NodeID, NodeRecordRefusal)
    /// It sent a message that can't be read.
    case message
}

extension MembershipViolation: CustomStringConvertible {
    /// What the peer did wrong.
    public var description: String {
        switch self {
        case .record(let node, let refusal): "passed on a record of \(node) that can't be believed: \(refusal)"
        case .message: "sent a membership message that can't be read"
        }
    }
}
