public import MeshCrypto
public import MeshWire

/// A submission that the network holds, with the proofs.
public struct SubmitAcceptance: Hashable, Sendable {
    /// `accepted`, `alreadyHeld` or `removedBefore`.
    public let status: DeliveryStatus
    /// Members' verified receipts that they hold it (or had removed it by proof), each narrowed to this message, one a
    /// node. More may follow: ``ClientEffect/custody(_:_:)``.
    public let receipts: [CustodyReceipt]
    /// How many had to come for it to count.
    public let needed: Int
    /// How many nodes are to hold it.
    public let replicas: Int
    /// The node that answered.
    public let node: NodeID

    /// How many nodes have proven that they hold it.
    public var copies: Int { receipts.count }
}

/// Why a submission has not been accepted.
public enum SubmitFailure: Error, Hashable, Sendable {
    /// Refused for good: the same bytes will not be accepted later either.
    case refused(DeliveryStatus, by: NodeID)
    /// Refused for now, by as many nodes as are asked: keep it and try again later.
    case deferred(DeliveryStatus, by: NodeID, attempts: Int)
    /// Every node that was tried answered with another id than the submission has: keep it and try again later.
    case wrongIDs(last: NodeID)
    /// Every node that was tried said «accepted» without enough members' receipts: keep it and try again later.
    case unproven(receipts: Int, needed: Int, last: NodeID)
    /// The deadline came first. It may have been accepted all the same; submitting it again is harmless. `last` is the
    /// last refusal, if there was one.
    case timedOut(last: DeliveryStatus?)
    /// Too much is waiting already.
    case tooManyPending(limit: Int)
    /// Too many bytes are waiting already.
    case tooManyPendingBytes(limit: Int)
    /// A newer client of this identity took over.
    case replaced
    /// The client was stopped, or had not been started.
    case stopped

    /// Whether the same submission may succeed later.
    public var isTemporary: Bool {
        if case .refused = self { false } else { true }
    }
}

extension SubmitFailure: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .refused(let status, let node): "\(node) refused the message: \(status)"
        case .deferred(let status, let node, let attempts):
            "not accepted after \(attempts) attempts, last by \(node): \(status); it can be sent again later"
        case .wrongIDs(let node): "\(node) answered for another message; it can be sent again later"
        case .unproven(let receipts, let needed, let node):
            """
            \(node) says that the message is accepted, but only \(receipts) of \(needed) nodes have signed for it; it can \
            be sent again later
            """
        case .timedOut(nil): "no node accepted the message in time; it can be sent again later"
        case .timedOut(let status?): "no node accepted the message in time (\(status)); it can be sent again later"
        case .tooManyPending(let limit): "\(limit) messages are waiting to be accepted already; wait for some of them"
        case .tooManyPendingBytes(let limit): "\(limit) bytes are waiting to be accepted already; wait for some of them"
        case .replaced: "another client of this identity took over; send with that one"
        case .stopped: "the client has stopped; the message can be sent again later"
        }
    }
}
