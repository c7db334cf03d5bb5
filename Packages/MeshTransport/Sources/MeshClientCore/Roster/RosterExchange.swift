import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// A roster on its way, page by page. Nothing of it counts before the last page has come.
struct RosterExchange: Sendable {
    var request: UInt32
    var after = Bytes32()
    var pages = 0
    var askedAt: UInt64
    /// Records that count, or that our own supersede; sorted by node.
    var reports: [ReportedRecord] = []
    var dropped = DroppedRecords()

    init(request: UInt32, at now: UInt64) {
        self.request = request
        askedAt = now
    }
}

/// Records that don't count: how many, and why the first.
struct DroppedRecords: Sendable {
    private(set) var count = 0
    private(set) var first = ""

    mutating func add(_ reason: @autoclosure () -> String) {
        if count == 0 { first = reason() }
        count += 1
    }
}

extension RosterExchange {
    /// Takes a page.
    /// - Returns: whether more pages follow.
    mutating func take(_ page: RosterPage, network: KnownNetwork) throws(ClientFault) -> Bool {
        pages += 1
        guard pages <= ClientLimits.pages else { throw .badRosterPage("more than \(ClientLimits.pages) pages") }
        let before = after
        for entry in page.entries { try take(entry, network) }
        guard page.more else { return false }
        guard before < after else { throw .badRosterPage("more is promised behind nothing") }
        return true
    }

    private mutating func take(_ entry: RosterEntry, _ network: KnownNetwork) throws(ClientFault) {
        let record: NodeRecord
        do { record = try network.decode(entry) } catch { return dropped.add("\(error)") }
        guard after < record.node.bytes else { throw .badRosterPage("records out of order") }
        after = record.node.bytes
        guard let state = NodeState(rawValue: entry.state) else { return dropped.add("unknown state \(entry.state)") }
        guard reports.count < ClientLimits.nodes else { return dropped.add("more than \(ClientLimits.nodes) nodes") }
        do { try network.check(record) } catch { return dropped.add("\(error)") }
        reports.append(ReportedRecord(record, state: state))
    }
}

/// What records are held against: the network, and the nodes that are known in it.
struct KnownNetwork: Sendable {
    let parameters: NetworkParameters
    let network: NetworkID
    let roster: Roster?

    init(_ parameters: NetworkParameters, roster: Roster?) {
        self.parameters = parameters
        network = parameters.id
        self.roster = roster
    }

    func decode(_ entry: RosterEntry) throws(NodeRecordError) -> NodeRecord {
        try NodeRecord(decoding: Array(entry.record.readableBytesView))
    }

    /// Network, form, key and signature. What we hold the same or a newer record of needs no look at its signature: it
    /// changes nothing.
    func check(_ record: NodeRecord) throws(NodeRecordRefusal) {
        if let ours = roster?[record.node], ours.record == record || ours.record.supersedes(record) { return }
        try record.check(in: parameters, network: network)
    }
}
