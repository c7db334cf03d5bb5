import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// Who is in the network: events to the membership core, its actions to the links.
extension Engine {
    /// Membership's clock: begins at the wall clock's time, then goes as the monotonic one does, so that setting the
    /// machine's clock makes nobody look dead.
    private var membershipNow: UInt64 {
        startedAt.wallMilliseconds + (now.monotonicMilliseconds - startedAt.monotonicMilliseconds)
    }

    var membershipDeadline: UInt64? {
        membership.nextDeadline.map { due in
            let ahead = due > startedAt.wallMilliseconds ? due - startedAt.wallMilliseconds : 0
            return startedAt.monotonicMilliseconds + ahead
        }
    }

    mutating func tell(_ event: MembershipEvent) {
        for action in membership.handle(event, now: membershipNow) { perform(action) }
    }

    private mutating func perform(_ action: MembershipAction) {
        switch action {
        case .dial(let endpoint, let node): emit(.dial(endpoint, expecting: node))
        case .closeDuplicateLink(let node, let dialledByUs):
            if let link = nodeLinks[node]?[dialledByUs] { dismiss(link, Goodbye(.duplicateLink)) }
        case .sendRecords(let records, let node): sendRecords(records, to: node)
        case .sendDigest(let node): if let link = nodeLinks[node]?.standing { send(.digest(digest), to: link) }
        case .requestRoster(let node): if let link = nodeLinks[node]?.standing { askForRoster(link) }
        case .send(let message, let node):
            if let link = nodeLinks[node]?.standing { send(.membership(ByteBuffer(bytes: message)), to: link) }
        case .violation(let node, let what): dropLinks(to: node) { $0.violate($1, what.description) }
        case .memberChanged(let node, _, let state): onMemberChanged(node, state)
        case .rosterChanged: onRosterChanged()
        case .persist(let roster): emit(.persist(roster))
        case .departed: break
        }
    }

    mutating func onDialFailed(_ endpoint: Endpoint, _ node: NodeID?) {
        tell(.dialFailed(endpoint, expected: node))
    }

    /// A node's first words: its record, and what its roster looks like.
    mutating func onNodeHello(_ link: LinkID, _ node: NodeID, _ hello: Hello) {
        guard let record = try? NodeRecord(decoding: [UInt8](buffer: hello.record)), record.node == node else {
            return violate(link, "a hello without the node's own record")
        }
        tell(.records([ReportedRecord(record, state: .alive)], from: node))
        tell(.digest(hello.rosterDigest, from: node))
    }

    private mutating func onMemberChanged(_ node: NodeID, _ state: NodeState?) {
        guard node != configuration.node else { return }
        copies = Self.copies(membership.roster, configuration)
        emit(.notice(.memberChanged(node, to: state)))
        sync.view.replicas = syncCopies
        if state == .alive, !hasJoined {
            hasJoined = true
            emit(.notice(.joined(members: membership.roster.members.count)))
        }
    }

    private mutating func onRosterChanged() {
        // A new record at the same place moves nobody.
        let placements = membership.roster.placements(where: \.isPlaced)
        if placements != placed {
            ring = ring.updated(to: placements)
            placed = placements
            ringWithout = nil
            onSyncViewChanged()
        }
        digest = membership.roster.digest
        copies = Self.copies(membership.roster, configuration)
        if announceAtMilliseconds == nil {
            announceAtMilliseconds = now.monotonicMilliseconds + limits.announceMilliseconds
        }
    }

    /// Tells clients that there is something new to ask for; nodes hear it from the membership.
    mutating func announceDigest() {
        announceAtMilliseconds = nil
        let clients = links.keys { !$0.isNode && $0.saidHello }
        // In a fixed order, so that a run can be repeated.
        for link in clients.sorted(by: { $0.rawValue < $1.rawValue }) { send(.digest(digest), to: link) }
    }
}
