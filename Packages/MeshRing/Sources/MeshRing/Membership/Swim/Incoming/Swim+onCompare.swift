import MeshCrypto

// Finding out in which members two rosters differ, without sending either of them: digests of 128 buckets, then the
// entries of those that differ, then the records.
extension SwimMembership {
    /// The first 8 bytes of each digest are enough to find out where two rosters differ: that they do says the whole.
    mutating func compare(with peer: NodeID) {
        send(.compare(overlay.roster.settledBucketDigests().map(\.short)), to: peer)
    }

    /// Answers with the entries of what differs, beginning anywhere, so that all get their turn.
    mutating func onCompare(_ digests: [UInt64], from peer: NodeID) {
        let own = overlay.roster.settledBucketDigests()
        let start = Int(overlay.random.below(UInt64(Roster.bucketCount)))
        var answered = 0
        for step in 0..<Roster.bucketCount where answered < SwimLimits.bucketsPerComparison {
            let bucket = (start + step) % Roster.bucketCount
            guard own[bucket].short != digests[bucket] else { continue }
            answered += 1
            sendEntries(of: bucket, to: peer)
        }
    }

    private mutating func sendEntries(of bucket: Int, to peer: NodeID) {
        let entries = overlay.roster.members(inBucket: bucket).map(SwimMessage.Entry.init)
        let pages = max(1, (entries.count + SwimLimits.entriesPerMessage - 1) / SwimLimits.entriesPerMessage)
        for page in 0..<pages {
            let part = entries.dropFirst(page * SwimLimits.entriesPerMessage).prefix(SwimLimits.entriesPerMessage)
            send(.entries(bucket: UInt8(bucket), pages == 1 ? .whole : .part, Array(part)), to: peer)
        }
    }

    /// Asks for what is new there, sends what is new here, says where both think differently, and looks for those whom
    /// one of both misses.
    mutating func onEntries(
        _ bucket: UInt8, _ kind: SwimMessage.EntriesKind, _ entries: [SwimMessage.Entry], from peer: NodeID,
        _ now: UInt64
    ) {
        let own = overlay.roster.members(inBucket: Int(bucket))
        let theirs = Dictionary(entries.map { ($0.shortID, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(own.map(\.node.short))
        var wanted = entries.filter { $0.state.isPlaced && !known.contains($0.shortID) }.map(\.shortID)
        var (news, opinions): ([ReportedRecord], [SwimMessage.Entry]) = ([], [])
        for member in own {
            guard let entry = theirs[member.node.short] else {
                if kind == .whole, member.state != .down {
                    news.append(ReportedRecord(member.record, state: member.state))
                }
                continue
            }
            let (their, our) = (entry.incarnation, member.record.incarnation)
            let isOther = their == our && entry.fingerprint != member.record.fingerprint
            if their > our || isOther { wanted.append(entry.shortID) }
            if their < our || isOther { news.append(ReportedRecord(member.record, state: member.state)) }
            guard their == our, entry.state != member.state else { continue }
            opinions.append(SwimMessage.Entry(member))
            onOpinion(entry.state, of: member, from: peer, now)
        }
        if !wanted.isEmpty { send(.want(Array(wanted.prefix(SwimLimits.wantedPerMessage))), to: peer) }
        if !news.isEmpty { overlay.actions.append(.sendRecords(news, to: peer)) }
        guard kind != .opinions, !opinions.isEmpty else { return }
        send(.entries(bucket: bucket, .opinions, Array(opinions.prefix(SwimLimits.entriesPerMessage))), to: peer)
    }

    private mutating func onOpinion(_ state: NodeState, of member: Roster.Member, from peer: NodeID, _ now: UInt64) {
        guard member.node != overlay.own.node else { return }
        overlay.notes.append(.hearsay(member.node, state, from: peer))
    }

    mutating func onWant(_ ids: [UInt64], from peer: NodeID) {
        let records = overlay.roster.members(withShortIDs: ids)
            .prefix(SwimLimits.wantedPerMessage).map { ReportedRecord($0.record, state: $0.state) }
        if !records.isEmpty { overlay.actions.append(.sendRecords(Array(records), to: peer)) }
    }
}

extension SwimMessage.Entry {
    /// What the roster's owner knows of a member and thinks of it.
    init(_ member: Roster.Member) {
        self.init(
            shortID: member.node.short, incarnation: member.record.incarnation,
            fingerprint: member.record.fingerprint, state: member.state)
    }
}
