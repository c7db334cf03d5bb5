import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// Rosters on the wire, page by page.
extension Engine {
    /// Anybody may ask: the roster is what makes placement a public function. But forty bytes bring up to forty
    /// thousand, so that asking without end is a flood.
    mutating func onRosterRequest(_ link: LinkID, _ request: RosterRequest) {
        guard mayAskForPage(link) else { return violate(link, "asks for the roster too often") }
        let after = request.after == Bytes32() ? nil : NodeID(trusted: request.after)
        let reported = membership.roster.reported(after: after, limit: WireLimits.recordsPerFrame + 1)
        let entries = reported.prefix(WireLimits.recordsPerFrame).map(RosterEntry.init)
        send(
            .rosterPage(
                RosterPage(
                    request: request.request, rosterDigest: digest, more: reported.count > entries.count,
                    entries: entries)), to: link)
    }

    /// A page counts as if it were full, and one record more for the frame.
    private mutating func mayAskForPage(_ link: LinkID) -> Bool {
        let members = membership.roster.members.count
        let (rate, burst) = (limits.rosterRecords(perSecondOf: members), limits.rosterRecords(atOnceOf: members))
        let count = UInt64(min(members, WireLimits.recordsPerFrame) + 1)
        return links[link]?.rosterRecords.take(
            count, rate: rate, burst: burst, now: now.monotonicMilliseconds) ?? false
    }

    /// Asks once more a node that places somebody otherwise. Not for every message: its roster may have to change.
    mutating func askForRosterAgain(_ link: LinkID) {
        if let last = links[link]?.rosterAskedAtMilliseconds {
            guard now.monotonicMilliseconds >= last + limits.rosterAskMilliseconds else { return }
        }
        askForRoster(link)
    }

    /// Asks a node for its whole roster; one exchange a link at a time.
    mutating func askForRoster(_ link: LinkID) {
        guard links[link]?.rosterRequest == nil else { return }
        links[link]?.rosterAskedAtMilliseconds = now.monotonicMilliseconds
        links[link]?.rosterPagesLeft = Roster.maximumMembers / WireLimits.recordsPerFrame + 1
        askForPage(link, after: Bytes32())
    }

    private mutating func askForPage(_ link: LinkID, after: Bytes32) {
        let request = UInt32(truncatingIfNeeded: newToken())
        links[link]?.rosterRequest = request
        send(.rosterRequest(RosterRequest(request: request, after: after)), to: link)
    }

    mutating func onRosterPage(_ link: LinkID, _ node: NodeID, _ page: RosterPage) {
        guard let state = links[link], state.rosterRequest == page.request else {
            return violate(link, "a roster page that was not asked for")
        }
        links[link]?.rosterRequest = nil
        guard let records = reports(page.entries, link) else { return }
        tell(.records(records, from: node))
        guard page.more, let last = records.last, state.rosterPagesLeft > 0, links[link] != nil else { return }
        links[link]?.rosterPagesLeft -= 1
        askForPage(link, after: last.record.node.bytes)
    }

    mutating func onRecords(_ link: LinkID, _ node: NodeID, _ entries: [RosterEntry]) {
        guard let records = reports(entries, link) else { return }
        tell(.records(records, from: node))
    }

    /// Another digest on a forward: the membership decides whether to exchange.
    mutating func compareRosters(_ link: LinkID, _ digest: Bytes16) {
        guard case .node(let node, _) = links[link]?.peer else { return }
        tell(.digest(digest, from: node))
    }

    mutating func sendRecords(_ records: [ReportedRecord], to node: NodeID) {
        guard let link = nodeLinks[node]?.standing else { return }
        var left = records[...]
        while !left.isEmpty {
            send(.records(left.prefix(WireLimits.recordsPerFrame).map(RosterEntry.init)), to: link)
            left = left.dropFirst(WireLimits.recordsPerFrame)
        }
    }

    /// The records of a frame; nil, and the link is gone, if one can't be read: nobody passes on what it can't have
    /// believed.
    private mutating func reports(_ entries: [RosterEntry], _ link: LinkID) -> [ReportedRecord]? {
        var records: [ReportedRecord] = []
        for entry in entries {
            guard let state = NodeState(rawValue: entry.state) else {
                violate(link, "a roster entry in state \(entry.state)")
                return nil
            }
            do {
                records.append(ReportedRecord(try NodeRecord(decoding: [UInt8](buffer: entry.record)), state: state))
            } catch {
                violate(link, "a roster entry that can't be read: \(error)")
                return nil
            }
        }
        return records
    }
}

extension RosterEntry {
    /// What goes over the wire of a member.
    init(_ report: ReportedRecord) {
        self.init(state: report.state.rawValue, record: ByteBuffer(bytes: report.record.encoded))
    }
}
