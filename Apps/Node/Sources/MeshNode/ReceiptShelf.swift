import MeshCrypto

/// Receipts of late, own and others', for who asks for them by id (DESIGN §7.9: members keep each other's).
///
/// A whole commit's or frame's receipt is one entry, and nothing is indexed: it costs next to nothing while messages go
/// through, and a search through all of it when somebody asks, which is rare.
struct ReceiptShelf: Sendable {
    private enum Item {
        case own(CustodyLedger)
        case other(CustodyReceipt)

        var entries: [CustodyEntry] {
            switch self {
            case .own(let ledger): ledger.entries
            case .other(let receipt): receipt.entries
            }
        }

        var weight: Int { entries.count + ReceiptShelf.receiptWeight }
    }

    /// 131,072 entries, or 14,563 receipts of one: some 10 MB either way.
    static let weightLimit = 131_072
    /// A receipt's own fields and hashes take the room of 8 entries.
    static let receiptWeight = 8

    private var items: [Item] = []
    private var head = 0
    private var weight = 0

    mutating func put(_ ledger: CustodyLedger) { put(.own(ledger)) }

    mutating func put(_ receipt: CustodyReceipt) { put(.other(receipt)) }

    private mutating func put(_ item: Item) {
        items.append(item)
        weight += item.weight
        while weight > Self.weightLimit, head < items.count - 1 {
            weight -= items[head].weight
            head += 1
        }
        // Cutting off half of the array at a time keeps the cost of an entry constant.
        if head > 64, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
    }

    /// What is known of these messages, each run of them in one receipt.
    func receipts(of ids: Set<SubmissionID>) -> [CustodyReceipt] {
        items[head...].flatMap { item -> [CustodyReceipt] in
            let places = item.entries.indices.filter { ids.contains(item.entries[$0].id) }
            let runs = places.runs(limit: CustodyReceipt.maximumEntries)
            switch item {
            case .own(let ledger): return runs.map { ledger.receipt(for: $0) }
            case .other(let receipt): return receipt.narrowed(to: runs)
            }
        }
    }

    /// What this node said of a message last; nil if that isn't known any more.
    func ownKind(of id: SubmissionID) -> CustodyEntry.Kind? {
        for case .own(let ledger) in items[head...].reversed() {
            if let entry = ledger.entries.last(where: { $0.id == id }) { return entry.kind }
        }
        return nil
    }
}

extension [Int] {
    /// Ascending places as ranges of neighbours, none longer than the limit.
    func runs(limit: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for place in self {
            if let last = runs.last, last.upperBound == place, last.count < limit {
                runs[runs.count - 1] = last.lowerBound..<place + 1
            } else {
                runs.append(place..<place + 1)
            }
        }
        return runs
    }
}
