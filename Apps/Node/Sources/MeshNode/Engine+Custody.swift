import MeshCrypto
import MeshWire

/// Signed words on messages in custody (DESIGN §7.2): this node's own, one signature a commit; and others', passed on to
/// who waits for them.
extension Engine {
    /// Signs what the commit did, and sends each link what concerns it. Entries of one link stand one behind the other,
    /// so that one receipt covers them all.
    mutating func signSettled(_ number: UInt64) {
        var entries = settled.compactMap(SignedEntry.init)
        guard !entries.isEmpty else { return }
        if entries.count > MerkleRange.maximumLeaves { entries.removeLast(entries.count - MerkleRange.maximumLeaves) }
        if entries.contains(where: { $0.link != entries[0].link }) { entries.sortByLink() }
        let ledger = CustodyLedger(
            entries.map(\.entry), number: number, timeMilliseconds: now.wallMilliseconds, network: network,
            by: configuration.identity)
        receiptShelf.put(ledger)
        var first = 0
        while first < entries.count {
            let link = entries[first].link
            let end = entries[first...].prefix(CustodyReceipt.maximumEntries).prefix { $0.link == link }.endIndex
            if let link, links[link] != nil { send(.receipt(ledger.receipt(for: first..<end)), to: link) }
            first = end
        }
    }

    /// A node's word, its own or another's: it is passed on to who waits for it, cut to what concerns them. Nobody but
    /// them verifies it.
    mutating func onReceipt(_ receipt: CustodyReceipt) {
        var waiting: [(link: LinkID, place: Int)] = []
        for (place, entry) in receipt.entries.enumerated() {
            guard let link = receiptWaits.take(entry.id, from: receipt.commit.node) else { continue }
            waiting.append((link, place))
        }
        guard let first = waiting.first else { return }
        receiptShelf.put(receipt)
        // Nearly always all of it is for one link.
        if waiting.count == receipt.entries.count, !waiting.contains(where: { $0.link != first.link }) {
            if links[first.link] != nil { send(.receipt(receipt), to: first.link) }
            return
        }
        divide(receipt, waiting)
    }

    private mutating func divide(_ receipt: CustodyReceipt, _ waiting: [(link: LinkID, place: Int)]) {
        var places: [LinkID: [Int]] = [:]
        for (link, place) in waiting where links[link] != nil { places[link, default: []].append(place) }
        // In a fixed order, so that a run can be repeated.
        let order = places.keys.sorted { $0.rawValue < $1.rawValue }
        let runs = order.flatMap { link in
            (places[link] ?? []).runs(limit: CustodyReceipt.maximumEntries).map { (link, $0) }
        }
        for (part, run) in zip(receipt.narrowed(to: runs.map(\.1)), runs) { send(.receipt(part), to: run.0) }
    }

    /// Receipts that somebody asks for by id. A search through all that is kept: as dear as so many messages.
    mutating func onReceiptsOf(_ link: LinkID, _ request: IDRequest) {
        let (rate, burst, time) = (limits.rareRequestsPerSecond, limits.rareRequestBurst, now.monotonicMilliseconds)
        guard
            links[link]?.rareRequests.take(UInt64(request.ids.count), rate: rate, burst: burst, now: time) == true
        else {
            return send(
                .fetched(Fetched(request: request.request, status: .rateLimited, delivered: 0)), to: link)
        }
        let receipts = receiptShelf.receipts(of: Set(request.ids))
        for receipt in receipts { send(.receipt(receipt), to: link) }
        send(
            .fetched(Fetched(request: request.request, status: .accepted, delivered: UInt32(receipts.count))), to: link)
    }
}

/// What goes into a commit's tree, and to whom the receipt goes; to nobody where nil.
private struct SignedEntry {
    let link: LinkID?
    let entry: CustodyEntry

    init?(_ settled: Settled) {
        switch settled {
        case .append(let pending, let outcome):
            guard let kind = outcome.custody, pending.origin.wantsReceipts || pending.origin.kind == .own else {
                return nil
            }
            self.init(pending.origin.wantsReceipts ? pending.origin.link : nil, kind, pending.id)
        case .removal(let removal, _, let kind):
            guard let kind, case .sender(let link, _) = removal.source else { return nil }
            self.init(link, kind, removal.id)
        case .release(let id, let answer):
            guard let id, answer.outcome == .released else { return nil }
            self.init(nil, .handedOver, id)
        }
    }

    private init(_ link: LinkID?, _ kind: CustodyEntry.Kind, _ id: SubmissionID) {
        self.link = link
        entry = CustodyEntry(kind, id)
    }
}

extension [SignedEntry] {
    /// By link, in the order of the commit within each.
    fileprivate mutating func sortByLink() {
        let order = indices.sorted { left, right in
            let (one, other) = (self[left].link?.rawValue ?? .max, self[right].link?.rawValue ?? .max)
            return one == other ? left < right : one < other
        }
        self = order.map { self[$0] }
    }
}

extension StoreOutcome {
    /// What this node says of a message that was to be stored; nil if it doesn't answer for it.
    fileprivate var custody: CustodyEntry.Kind? {
        switch self {
        case .stored, .alreadyHeld: .stored
        case .storedAndRemoved, .removedBefore: .removed
        default: nil
        }
    }
}
