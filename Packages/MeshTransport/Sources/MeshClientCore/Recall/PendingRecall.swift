import MeshCrypto
import MeshWire

/// A recall whose answers aren't complete.
struct PendingRecall: Sendable {
    struct Target: Sendable {
        enum Stage: Sendable {
            case waiting
            case running(ClientLinkID, request: UInt32?)
            case ended(RecallOutcome)
        }

        let node: NodeID
        var stage = Stage.waiting
        /// What it has signed, as far as that is valid.
        var receipt: CustodyReceipt?
    }

    let token: RecallToken
    let recipient: UserID
    let secret: DisclosedSecret
    let id: SubmissionID
    let since: UInt64
    let deadline: UInt64
    /// Empty until the recipient's set is known.
    var targets: [Target] = []

    var isOver: Bool {
        !targets.isEmpty && targets.allSatisfy { if case .ended = $0.stage { true } else { false } }
    }

    /// The target that a link leads to.
    func index(of link: ClientLinkID) -> Int? {
        targets.firstIndex { if case .running(link, _) = $0.stage { true } else { false } }
    }

    func index(of node: NodeID) -> Int? { targets.firstIndex { $0.node == node } }

    /// What is known when the time is over.
    var report: RecallReport {
        RecallReport(
            id: id,
            answers: targets.map { target in
                guard case .ended(let outcome) = target.stage else {
                    return RecallReport.Answer(node: target.node, outcome: .unreachable("it did not answer in time"))
                }
                return RecallReport.Answer(node: target.node, outcome: outcome)
            })
    }
}
