/// A node's signed word on some messages of one commit: that it stored them, let go of them, removed them (DESIGN §7.2).
///
/// The entries stand one behind the other in the commit's tree. Whoever has the receipt can cut out what it says of some
/// of them and pass it on; nobody can change what it says, or of which message.
public struct CustodyReceipt: Hashable, Sendable {
    /// Most entries of one receipt: a client's whole window at once.
    public static let maximumEntries = 512

    /// The signed commit.
    public let commit: CustodyCommit
    /// The first entry's place in the commit's tree.
    public let first: UInt32
    /// What it says, 1 to ``maximumEntries``.
    public let entries: [CustodyEntry]
    /// The nodes beside the way to the root (see ``MerkleRange``), at most ``MerkleRange/maximumHashes``.
    public let hashes: [Bytes32]

    /// Takes a receipt from anywhere; ``isValid(in:)`` judges it.
    public init(commit: CustodyCommit, first: UInt32, entries: [CustodyEntry], hashes: [Bytes32]) {
        self.commit = commit
        self.first = first
        self.entries = entries
        self.hashes = hashes
    }

    private var range: MerkleRange {
        MerkleRange(first: Int(first), treeCount: Int(commit.leafCount), hashes: hashes)
    }

    /// Whether the node that it names has signed just this in the network.
    public func isValid(in network: NetworkID) -> Bool {
        guard let root = range.root(of: entries.map(\.leafHash)) else { return false }
        return commit.isSigned(over: root, network: network)
    }

    /// What it says of some of its entries; nil if it makes no sense, or they aren't part of it.
    ///
    /// - Parameter places: within `entries`, not empty.
    public func narrowed(to places: Range<Int>) -> CustodyReceipt? {
        guard let narrow = range.narrowed(to: places, of: entries.map(\.leafHash)) else { return nil }
        return CustodyReceipt(
            commit: commit, first: UInt32(narrow.first), entries: Array(entries[places]), hashes: narrow.hashes)
    }

    /// What it says of several runs of its entries, each by itself: far cheaper than one after the other. Nothing if it
    /// makes no sense, or a run isn't part of it.
    ///
    /// - Parameter runs: places within `entries`, none empty.
    public func narrowed(to runs: [Range<Int>]) -> [CustodyReceipt] {
        if runs.count == 1, runs[0] == entries.indices { return [self] }
        guard !runs.isEmpty, let parts = range.narrowed(to: runs, of: entries.map(\.leafHash)) else { return [] }
        return zip(runs, parts).map { run, part in
            CustodyReceipt(
                commit: commit, first: UInt32(part.first), entries: Array(entries[run]), hashes: part.hashes)
        }
    }

    /// What it says of one message; nil if that is nothing.
    public func narrowed(to id: SubmissionID) -> CustodyReceipt? {
        guard let place = entries.firstIndex(where: { $0.id == id }) else { return nil }
        return entries.count == 1 ? self : narrowed(to: place..<place + 1)
    }
}

/// One commit with all its entries, as the node that made it has it: gives the receipts.
public struct CustodyLedger: Sendable {
    /// The signed commit.
    public let commit: CustodyCommit
    /// What happened in it.
    public let entries: [CustodyEntry]
    private let tree: MerkleTree

    /// Signs a commit with these entries: at least one, at most ``MerkleRange/maximumLeaves``; else it traps.
    public init(
        _ entries: [CustodyEntry], number: UInt64, timeMilliseconds: UInt64, network: NetworkID, by node: NodeIdentity
    ) {
        precondition(
            (1...MerkleRange.maximumLeaves).contains(entries.count), "a commit of \(entries.count) entries")
        self.entries = entries
        tree = MerkleTree(leafHashes: entries.map(\.leafHash))
        commit = CustodyCommit(
            signing: tree, number: number, timeMilliseconds: timeMilliseconds, network: network, by: node)
    }

    /// The receipt for the entries at these places, at most ``CustodyReceipt/maximumEntries``.
    public func receipt(for places: Range<Int>) -> CustodyReceipt {
        precondition(places.count <= CustodyReceipt.maximumEntries, "a receipt for \(places.count) entries")
        return CustodyReceipt(
            commit: commit, first: UInt32(places.lowerBound), entries: Array(entries[places]),
            hashes: tree.proof(of: places).hashes)
    }
}
