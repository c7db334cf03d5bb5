public import MeshCrypto
public import MeshWire

/// What became of a wish to have a message back, node by node.
public struct RecallReport: Equatable, Sendable {
    /// What one node said.
    public struct Answer: Equatable, Sendable {
        /// The node.
        public let node: NodeID
        /// Its answer.
        public let outcome: RecallOutcome

        /// Takes the parts as they are.
        public init(node: NodeID, outcome: RecallOutcome) {
            self.node = node
            self.outcome = outcome
        }
    }

    /// The message.
    public let id: SubmissionID
    /// Every node that was in the recipient's set, in the order of preference.
    public let answers: [Answer]

    /// Takes the parts as they are.
    public init(id: SubmissionID, answers: [Answer]) {
        self.id = id
        self.answers = answers
    }

    /// Whether every node has signed that it deleted the message and had handed it out to nobody. One that says less
    /// leaves open whether the recipient has it.
    public var isRecalled: Bool {
        !answers.isEmpty && answers.allSatisfy { if case .recalled = $0.outcome { true } else { false } }
    }
}

/// What one node said to a recall. Receipts are verified, and narrowed to the message.
public enum RecallOutcome: Equatable, Sendable {
    /// Deleted here, and handed out to nobody before: signed.
    case recalled(CustodyReceipt)
    /// Deleted here, but the recipient may have it from this node: signed.
    case handedOut(CustodyReceipt)
    /// The recipient had opened it: signed that it was removed by the recipient's proof.
    case opened(CustodyReceipt)
    /// The node didn't have it, and takes it no more.
    case notHeld
    /// The node says so without a valid signature.
    case unproven(DeliveryStatus)
    /// The node refused.
    case refused(DeliveryStatus)
    /// The node could not be reached, or did not answer, in words.
    case unreachable(String)
}

/// A recall as its caller knows it.
public struct RecallToken: Hashable, Sendable {
    /// Any number that the caller doesn't use for another recall at the time.
    public let number: UInt64

    /// Takes any number.
    public init(_ number: UInt64) { self.number = number }
}
