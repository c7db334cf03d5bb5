public import MeshCrypto
public import MeshRing
public import MeshWire

/// What people or logs should know. No notice asks for an action of the shell.
public enum ClientNotice: Equatable, Sendable {
    /// A network was taken over from the node that answered at a start address: trust on first use.
    case networkFirstSeen(NetworkID, NetworkParameters, at: StartAddress)
    /// A node was believed because it answered first at a start address without an id.
    case nodeTrustedOnFirstUse(NodeID, at: StartAddress)
    /// Another node than before answers at a start address. It is used only if the roster knows it.
    case startNodeChanged(at: StartAddress, from: NodeID, to: NodeID, isUsed: Bool)
    /// A node of another network answers there; it is not used.
    case foreignNetwork(NetworkID, at: DialTarget)
    /// A start address led nowhere; it is tried again at the time given (milliseconds since 1970).
    case startFailed(StartAddress, reason: String, retryAt: UInt64)
    /// Connected for submitting, and with `isMember` for receiving too.
    case connected(NodeID, isResidence: Bool, isMember: Bool)
    /// Not connected any more. `retryAt`: when the next attempt begins, nil if the core has ended.
    case disconnected(NodeID, reason: String, retryAt: UInt64?)
    /// Everything that was queued at the node has been delivered; what comes from now on is new.
    case caughtUp(NodeID, delivered: Int)
    /// Mode `.follow`: the round through the other members of the present and former set is over.
    case swept(FetchReport)
    /// The user's residence is another node now.
    case residenceChanged(from: NodeID?, to: NodeID?)
    /// The roster changed: its new digest, how many nodes it has, and how many of them are placed.
    case rosterChanged(digest: Bytes16, nodes: Int, placed: Int)
    /// A node holds another view of the network, and goes on doing so: one of both is cut off, or somebody lies.
    case splitView(ClientSplitView)
    /// It agrees again.
    case splitViewEnded(NodeID)
    /// A node passed on records that don't count, or more than fit: how many, and why the first.
    case recordsDropped(by: NodeID, count: Int, first: String)
    /// The node refused to deliver.
    case fetchRefused(NodeID, DeliveryStatus)
    /// The node did not remove a message that was acknowledged or discarded.
    case removalRefused(NodeID, SubmissionID, DeliveryStatus)
    /// The node said that it accepted a message, with fewer valid receipts of members than needed; another node is asked.
    case unproven(by: NodeID, SubmissionID, receipts: Int, needed: Int)
    /// The node did not deliver a message that it had signed for; another member gave it. The receipt is verified.
    case withheld(by: NodeID, SubmissionID, CustodyReceipt, givenBy: NodeID)
    /// The node did not deliver a message that another member gave; nothing proves that it ever had it.
    case missing(at: NodeID, SubmissionID, givenBy: NodeID)
    /// A receipt in the name of a node doesn't count; `by` brought it, and need not have made it.
    case receiptRefused(of: NodeID, by: NodeID, ReceiptFault)
    /// A message was not passed on to the app; it stays at the node until it expires.
    case deliveryDropped(NodeID, SubmissionID, DeliveryFault)
    /// The node broke the protocol; its link was closed and no other.
    case fault(NodeID?, ClientFault)
    /// A newer receiving link of the same identity took over at this node; ``ClientEffect/ended(_:)`` follows.
    case replaced(by: NodeID)
}

/// Why a delivered message was not passed on.
public enum DeliveryFault: Hashable, Sendable {
    /// It has expired (seconds since 1970).
    case expired(UInt32)
    /// It expires later than any message may (seconds since 1970).
    case expiryTooFar(UInt32)
}

/// Why a receipt doesn't count.
public enum ReceiptFault: Hashable, Sendable {
    /// The node that it names hasn't signed just this.
    case forged
    /// The node isn't in the recipient's set by this client's roster.
    case notInSet
}

extension ReceiptFault: CustomStringConvertible {
    /// What is wrong with it.
    public var description: String {
        switch self {
        case .forged: "its signature does not fit"
        case .notInSet: "that node does not serve the recipient"
        }
    }
}

/// How a node broke the protocol. Each costs it its link.
public enum ClientFault: Error, Hashable, Sendable {
    /// Its bytes were no frames.
    case malformed(String)
    /// The first frame was another than hello.
    case noHello(FrameType)
    /// No hello came in time.
    case helloTimedOut
    /// A frame that has no place on this link, or at this time.
    case unexpected(FrameType)
    /// An answer to something that wasn't asked.
    case unknownRequest(FrameType, request: UInt32)
    /// More bytes than credit was granted for.
    case creditExceeded(got: UInt32, open: UInt32)
    /// It grants more credit than may stand open.
    case creditOverflow(got: UInt64, allowed: UInt32)
    /// A message for somebody else.
    case foreignDelivery(UserID)
    /// It announced another node's record, or an invalid one, as its own.
    case badOwnRecord(String)
    /// A page of a queue's list that doesn't lead on.
    case badContentsPage
    /// A page of the roster that doesn't lead on.
    case badRosterPage(String)
    /// More frames that ask for work than a link may send in a while.
    case flood(FrameType)
    /// It answered a submission with another id than the submission has.
    case wrongSubmissionID(expected: SubmissionID, got: SubmissionID)
    /// It announces another network than the one that it was dialled for.
    case foreignNetwork(NetworkID)
    /// It proved another id than the one that it was dialled for.
    case wrongNode(NodeID)
    /// It did not answer in time: what was asked.
    case unresponsive(String)
}

extension ClientFault: CustomStringConvertible {
    /// What the node did.
    public var description: String {
        switch self {
        case .malformed(let error): error
        case .noHello(let type): "the first frame was \(type), not hello"
        case .helloTimedOut: "no hello came within \(ClientLimits.helloMilliseconds / 1_000) s"
        case .unexpected(let type): "\(type) has no place here"
        case .unknownRequest(let type, let request): "\(type) answers request \(request), which was never made"
        case .creditExceeded(let got, let open): "\(got) bytes were sent where credit for \(open) was open"
        case .creditOverflow(let got, let allowed): "credit for \(got) bytes would be open, at most \(allowed) may"
        case .foreignDelivery(let user): "a message for \(user) was delivered"
        case .badOwnRecord(let detail): "it announced a record of its own that doesn't count: \(detail)"
        case .badContentsPage: "a page of a queue's list doesn't lead on"
        case .badRosterPage(let detail): "a page of the roster doesn't lead on: \(detail)"
        case .flood(let type): "too many frames of type \(type)"
        case .wrongSubmissionID(let expected, let got): "it answered submission \(expected) with the id \(got)"
        case .foreignNetwork(let network): "it announces network \(network)"
        case .wrongNode(let node): "it proved to be \(node)"
        case .unresponsive(let what): "it did not answer in time: \(what)"
        }
    }
}
