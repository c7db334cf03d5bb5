import MeshCrypto

// Finding out in which members two rosters differ, without sending either of them: digests of 128 buckets, then the
// entries of those that differ, then the records.
extension SwimMembership {
    mutating func compare(with peer: NodeID) {
        send(.compare(bucketDigests()), to: peer)
    }

    /// Answers with the entries of what differs, beginning anywhere, so that all get their turn.
    mutating func onCompare(_ digests: [UInt64], from peer: NodeID) {
        let own = bucketDigests()
        let start = Int(overlay.random.below(UInt64(SwimLimits.buckets)))
        var answered = 0
        for step in 0..<SwimLimits.buckets where answered < SwimLimits.bucketsPerComparison {
            let bucket = (start + step) % SwimLimits.buckets
            guard own[bucket] != digests[bucket] else { continue }
            answered += 1
            sendEntries(of: bucket, to: peer)
        }
    }

    private mutating func sendEntries(of bucket: Int, to peer: NodeID) {
        let entries = overlay.roster.members.filter { $0.node.bucket == bucket }.map {
            SwimMessage.Entry(
                shortID: $0.node.short, incarnation: $0.record.incarnation, fingerprint: $0.record.fingerprint,
                state: $0.state)
        }
        let pages = max(1, (entries.count + SwimLimits.entriesPerMessage - 1) / SwimLimits.entriesPerMessage)
        for page in 0..<pages {
            let part = entries.dropFirst(page * SwimLimits.entriesPerMessage).prefix(SwimLimits.entriesPerMessage)
            send(.entries(bucket: UInt8(bucket), isWhole: pages == 1, Array(part)), to: peer)
        }
    }

    /// Asks for what is new there, sends what is new here, and looks for those whom one of both misses.
    mutating func onEntries(
        _ bucket: UInt8, _ isWhole: Bool, _ entries: [SwimMessage.Entry], from peer: NodeID, _ now: UInt64
    ) {
        let own = overlay.roster.members.filter { $0.node.bucket == Int(bucket) }
        let theirs = Dictionary(entries.map { ($0.shortID, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(own.map(\.node.short))
        var wanted = entries.filter { $0.state.isPlaced && !known.contains($0.shortID) }.map(\.shortID)
        var news: [ReportedRecord] = []
        for member in own {
            guard let entry = theirs[member.node.short] else {
                if isWhole, member.state != .down { news.append(ReportedRecord(member.record, state: member.state)) }
                continue
            }
            let (theirs, ours) = (entry.incarnation, member.record.incarnation)
            let isOther = theirs == ours && entry.fingerprint != member.record.fingerprint
            if theirs > ours || isOther { wanted.append(entry.shortID) }
            if theirs < ours || isOther || entry.state != member.state {
                news.append(ReportedRecord(member.record, state: member.state))
            }
            if theirs == ours { onOpinion(entry.state, of: member, from: peer, now) }
        }
        if !wanted.isEmpty { send(.want(Array(wanted.prefix(SwimLimits.wantedPerMessage))), to: peer) }
        if !news.isEmpty { overlay.actions.append(.sendRecords(news, to: peer)) }
    }

    private mutating func onOpinion(_ state: NodeState, of member: Roster.Member, from peer: NodeID, _ now: UInt64) {
        guard member.node != overlay.own.node else { return }
        overlay.notes.append(.hearsay(member.node, state, from: peer))
    }

    mutating func onWant(_ ids: [UInt64], from peer: NodeID) {
        let wanted = Set(ids)
        let records = overlay.roster.members.filter { wanted.contains($0.node.short) }
            .prefix(SwimLimits.wantedPerMessage).map { ReportedRecord($0.record, state: $0.state) }
        if !records.isEmpty { overlay.actions.append(.sendRecords(Array(records), to: peer)) }
    }

    /// For each bucket BLAKE2b-64 over what the roster's digest covers of its members (``NodeRecord/feedPlacement``).
    private func bucketDigests() -> [UInt64] {
        var digests: [UInt64] = []
        digests.reserveCapacity(SwimLimits.buckets)
        var members: [Roster.Member] = []
        func close() {
            var hasher = BLAKE2b(.bytes8, context: "mesh roster bucket 1")
            for member in members { member.record.feedPlacement(into: &hasher) }
            digests.append(hasher.finish8())
            members.removeAll(keepingCapacity: true)
        }
        overlay.roster.forEachPlaced { member in
            while digests.count < member.node.bucket { close() }
            members.append(member)
        }
        while digests.count < SwimLimits.buckets { close() }
        return digests
    }
}
