import MeshCrypto
import MeshWire

/// What one session has handed in, and which nodes have signed for it.
final class CustodyBook: @unchecked Sendable {
    // Sendable: touched on its session's thread while a phase runs, on the main thread between phases.
    private(set) var sent: [UserID: [SubmissionID]] = [:]
    /// Nodes whose valid receipt says that they stored the message.
    private(set) var holders: [SubmissionID: Set<NodeID>] = [:]
    private let network: NetworkID

    init(network: NetworkID) { self.network = network }

    func note(_ submission: Submission) { sent[submission.recipient, default: []].append(submission.id) }

    /// Takes a receipt if it is one.
    /// - Returns: whether it is valid in the network.
    @discardableResult
    func take(_ receipt: CustodyReceipt) -> Bool {
        guard receipt.isValid(in: network) else { return false }
        for entry in receipt.entries where entry.kind == .stored {
            holders[entry.id, default: []].insert(receipt.commit.node)
        }
        return true
    }

    /// Takes over what another session has.
    func merge(_ other: CustodyBook) {
        sent.merge(other.sent) { $0 + $1 }
        holders.merge(other.holders) { $0.union($1) }
    }
}
