import MeshCrypto

/// Who wants the receipts of which messages: by the message's id, at every hop (DESIGN §7.2).
///
/// Two generations: who is older than one turn is forgotten with the next, so that no message needs a deadline.
struct ReceiptWaits: Sendable {
    struct Wait: Sendable {
        /// Where the receipts go.
        let link: LinkID
        /// How many are still to come.
        var left: UInt8
        /// A bit for each node that has given one, by a hash: nobody counts twice.
        var seen: UInt64 = 0
    }

    /// 65,536 each: more messages than are under way in one node (`EngineLimits.pendingMessages`).
    static let generationSize = 65_536

    private var young: [SubmissionID: Wait] = [:]
    private var old: [SubmissionID: Wait] = [:]

    var isEmpty: Bool { young.isEmpty && old.isEmpty }

    mutating func add(_ id: SubmissionID, _ link: LinkID, expecting count: Int) {
        guard count > 0 else { return }
        if young.count >= Self.generationSize { turn() }
        young[id] = Wait(link: link, left: UInt8(count))
    }

    mutating func remove(_ id: SubmissionID) {
        if young.removeValue(forKey: id) == nil, !old.isEmpty { old[id] = nil }
    }

    /// Where a node's receipt for a message goes; nil if nobody waits for it.
    mutating func take(_ id: SubmissionID, from node: NodeID) -> LinkID? {
        if let index = young.index(forKey: id) { return Self.take(index, &young, node) }
        guard let index = old.index(forKey: id) else { return nil }
        return Self.take(index, &old, node)
    }

    private static func take(
        _ index: Dictionary<SubmissionID, Wait>.Index, _ waits: inout [SubmissionID: Wait], _ node: NodeID
    ) -> LinkID {
        let link = waits.values[index].link
        let bit: UInt64 = 1 << (node.bytes.withUnsafeBytes { UInt64($0[31] & 63) })
        guard waits.values[index].seen & bit == 0 else { return link }
        waits.values[index].seen |= bit
        waits.values[index].left -= 1
        if waits.values[index].left == 0 { waits.remove(at: index) }
        return link
    }

    /// Who was added before the last turn is forgotten.
    mutating func turn() {
        swap(&young, &old)
        young.removeAll(keepingCapacity: true)
    }
}
