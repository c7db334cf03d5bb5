import MeshCrypto

/// Receipts that wait a moment for others, so that one message carries many of them.
struct PendingReceipts: Hashable, Sendable {
    var delivered: [InnerID] = []
    var read: [InnerID] = []
    /// What is told with them: the secrets of those whose delivery isn't told yet.
    var secrets: [InnerID: ProofSecret] = [:]
    /// When the oldest of them was put here, in milliseconds since 1970.
    var since: UInt64 = 0

    var isEmpty: Bool { delivered.isEmpty && read.isEmpty }

    /// When they are to be sent at the latest; nil if there are none.
    var deadline: UInt64? { isEmpty ? nil : since &+ ChatLimits.receiptDelayMilliseconds }

    mutating func add(_ kind: Receipt.Kind, _ ids: [InnerID], now: UInt64) {
        guard !ids.isEmpty else { return }
        if isEmpty { since = now }
        switch kind {
        case .delivered: delivered += ids
        case .read:
            // "Read" says "delivered" as well.
            let known = Set(ids)
            delivered.removeAll { known.contains($0) }
            read += ids
        }
    }

    func isDue(now: UInt64) -> Bool {
        guard !isEmpty else { return false }
        let isFull = max(delivered.count, read.count) >= ChatLimits.receiptIDs
        return isFull || now < since || now - since >= ChatLimits.receiptDelayMilliseconds
    }

    /// Takes everything out, in receipts of allowed size.
    mutating func takeAll() -> [Receipt] {
        defer { self = PendingReceipts() }
        return receipts(.delivered, delivered) + receipts(.read, read)
    }

    private func receipts(_ kind: Receipt.Kind, _ ids: [InnerID]) -> [Receipt] {
        let size = secrets.isEmpty ? ChatLimits.receiptIDs : ChatLimits.receiptProofs
        return stride(from: 0, to: ids.count, by: size).map { start in
            let page = Array(ids[start..<min(start + size, ids.count)])
            return Receipt(kind: kind, ids: page, proofs: page.map { secrets[$0] })
        }
    }
}
