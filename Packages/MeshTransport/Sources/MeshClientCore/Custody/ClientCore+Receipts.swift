import MeshCrypto
import MeshWire

extension ClientCore {
    /// A member's signed word, brought by whoever the link leads to. It is verified only where it says something that
    /// is waited for; a receipt that doesn't count costs nobody the link, since who brings it need not be who made it.
    mutating func onReceipt(_ index: Int, _ receipt: CustodyReceipt) {
        let awaited = receipt.entries.indices.filter { isAwaited(receipt.entries[$0], of: receipt.commit.node) }
        guard let bringer = links[index].node, payForReceipt(index), !awaited.isEmpty else { return }
        guard let network = expectedNetwork, receipt.isValid(in: network) else {
            return notice(.receiptRefused(of: receipt.commit.node, by: bringer, .forged))
        }
        for place in awaited {
            guard let narrow = receipt.narrowed(to: place..<place + 1) else { continue }
            take(narrow, receipt.entries[place], from: bringer)
        }
    }

    /// Each submission and question pays for some receipts; beyond these they are frames that cost nothing.
    /// - Returns: false if that was too many and the link is ended.
    private mutating func payForReceipt(_ index: Int) -> Bool {
        links[index].takeReceipt() || spend(index, .receipt)
    }

    private func isAwaited(_ entry: CustodyEntry, of node: NodeID) -> Bool {
        if submits.sequences(of: entry.id).contains(where: { submits[$0]?.shelf.has(node) == false }) { return true }
        if isRecallAwaiting(entry, of: node) { return true }
        if let suspicion = suspicions[entry.id], suspicion.node == node { return suspicion.receipt == nil }
        return recent[entry.id]?.shelf.has(node) == false
    }

    private mutating func take(_ receipt: CustodyReceipt, _ entry: CustodyEntry, from bringer: NodeID) {
        let node = receipt.commit.node
        takeRecallReceipt(receipt, entry.id)
        guard entry.kind == .stored || entry.kind == .removed else { return }
        if entry.kind == .stored { incriminate(receipt, entry.id) }
        let sequences = submits.sequences(of: entry.id)
        guard
            let recipient = sequences.first.flatMap({ submits[$0]?.submission.recipient })
                ?? recent[entry.id]?.recipient
        else { return }
        guard custodians(of: recipient).contains(node) else {
            return notice(.receiptRefused(of: node, by: bringer, .notInSet))
        }
        for sequence in sequences { submits.add(receipt, to: sequence) }
        if recent[entry.id]?.shelf.has(node) == false {
            recent.add(receipt, to: entry.id)
            out.append(.custody(entry.id, receipt))
        }
    }
}
