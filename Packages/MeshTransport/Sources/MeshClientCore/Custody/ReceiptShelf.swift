import MeshCrypto

/// What members have signed about one message: at most one receipt a node, each narrowed to this message.
struct ReceiptShelf: Sendable {
    private(set) var receipts: [CustodyReceipt] = []

    func has(_ node: NodeID) -> Bool { receipts.contains { $0.commit.node == node } }

    /// Takes a receipt that was found valid.
    mutating func add(_ receipt: CustodyReceipt) {
        guard !has(receipt.commit.node) else { return }
        receipts.append(receipt)
    }
}

/// Messages that were accepted a moment ago: members' receipts that come behind the answer still count.
struct RecentAcceptances: Sendable {
    struct Entry: Sendable {
        let recipient: UserID
        var shelf: ReceiptShelf
        let until: UInt64
    }

    private var entries: [SubmissionID: Entry] = [:]
    /// In the order of their coming, which is that of their end.
    private var order: [SubmissionID] = []
    private var head = 0

    subscript(id: SubmissionID) -> Entry? { entries[id] }

    mutating func add(_ id: SubmissionID, _ entry: Entry, now: UInt64) {
        forget(now: now)
        if entries.updateValue(entry, forKey: id) == nil { order.append(id) }
    }

    mutating func add(_ receipt: CustodyReceipt, to id: SubmissionID) { entries[id]?.shelf.add(receipt) }

    private mutating func forget(now: UInt64) {
        while head < order.count, let entry = entries[order[head]],
            entry.until <= now || entries.count >= ClientLimits.pendingSubmits
        {
            entries[order[head]] = nil
            head += 1
        }
        guard head > ClientLimits.pendingSubmits else { return }
        order.removeFirst(head)
        head = 0
    }
}
