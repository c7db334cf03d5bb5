import MeshChat
public import MeshCrypto

extension ChatStore {
    /// Keeps nodes' receipts with the message that they are about; each is narrowed to it and found valid by the caller.
    /// Those of a submission that shows nothing in the history (a receipt, a profile) are left out.
    /// - Parameter replicas: how many nodes are to hold it.
    public func keepReceipts(
        _ receipts: [CustodyReceipt], of id: SubmissionID, replicas: UInt8
    ) throws(ChatStoreError) {
        try writePlainly { transaction in
            guard var row = try transaction.custodyRow(id) else { return }
            let before = row.record.receipts.count
            for receipt in receipts { _ = row.record.add(receipt) }
            guard row.record.receipts.count > before else { return }
            try transaction.save(row)
            guard let entry = try transaction.entry(row: row.entry), let own = entry.state.own else { return }
            let known = entry.state.custody
            let custody = Custody(
                held: max(row.record.held, known?.held ?? 0), replicas: max(replicas, known?.replicas ?? 0))
            try transaction.setState(EntryState(own: own, custody: custody), of: entry)
        }
    }

    /// What is known of an own message's way, one for each time it was sealed; empty if it was sent before receipts were
    /// kept.
    public func traces(of id: InnerID, to peer: UserID) throws(ChatStoreError) -> [MessageTrace] {
        try read { transaction in
            guard let entry = try transaction.entry(tag: transaction.ownTag(id, to: peer)) else { return [] }
            return try transaction.custodyRows(entry: entry.row).map { MessageTrace($0.record) }
        }
    }

    /// The own message with this id, whoever it went to.
    public func ownMessage(_ id: InnerID) throws(ChatStoreError) -> HistoryEntry? {
        for person in try people() {
            if let entry = try ownMessage(id, to: person.id) { return entry }
        }
        return nil
    }

    /// Counts that a node did not deliver a message. The latest ``NodeReport/limit`` nodes are kept.
    public func report(
        _ node: NodeID, _ fault: NodeReport.Fault, of id: SubmissionID, now: UInt64
    ) throws(ChatStoreError) {
        try writePlainly { transaction in
            var reports = try transaction.reports()
            var report = reports.first { $0.node == node } ?? NodeReport(node: node)
            switch fault {
            case .withheld: report.withheld &+= 1
            case .missing: report.missing &+= 1
            }
            report.lastID = id
            report.lastAtMilliseconds = now
            reports.removeAll { $0.node == node }
            reports.append(report)
            try transaction.setReports(reports.suffix(NodeReport.limit))
        }
    }

    /// The nodes that did not deliver what they should have.
    public func nodeReports() throws(ChatStoreError) -> [NodeReport] { try read { try $0.reports() } }
}

extension ChatTransaction {
    /// The peer has told what became of an own message.
    func noteTold(_ id: InnerID, _ state: OwnMessageState, _ peer: PeerState, now: UInt64) throws {
        try changeCustody(of: id, peer) { record in
            switch state {
            case .delivered where record.deliveredAt == 0: record.deliveredAt = now
            case .read where record.readAt == 0: record.readAt = now
            default: break
            }
        }
    }

    /// The peer has shown a secret: it is kept where it fits.
    func noteProof(_ id: InnerID, _ secret: ProofSecret, _ peer: PeerState, now: UInt64) throws {
        let hash = secret.hash
        try changeCustody(of: id, peer) { record in
            guard record.proof == nil, hash == record.acknowledgementHash else { return }
            record.proof = secret
            record.provenAt = now
        }
    }

    private func changeCustody(
        of id: InnerID, _ peer: PeerState, _ change: (inout CustodyRecord) -> Void
    ) throws {
        guard let entry = try entry(tag: ownTag(id, to: peer.person.id)) else { return }
        for row in try custodyRows(entry: entry.row) {
            var changed = row
            change(&changed.record)
            if changed.record.bytes != row.record.bytes { try save(changed) }
        }
    }

    func reports() throws -> [NodeReport] {
        try meta(.reports) { bytes in
            var reader = RecordReader(bytes)
            let reports = try reader.list { (reader) throws(RecordError) in
                var report = NodeReport(node: NodeID(trusted: try reader.fixed()))
                report.withheld = try reader.integer()
                report.missing = try reader.integer()
                report.lastID = SubmissionID(try reader.fixed())
                report.lastAtMilliseconds = try reader.integer()
                return report
            }
            try reader.finish()
            return reports
        } ?? []
    }

    fileprivate func setReports(_ reports: some Collection<NodeReport>) throws {
        var writer = RecordWriter()
        writer.put(Array(reports)) { writer, report in
            writer.put(report.node.bytes)
            writer.put(report.withheld)
            writer.put(report.missing)
            writer.put(report.lastID.bytes)
            writer.put(report.lastAtMilliseconds)
        }
        try setMeta(.reports, writer.bytes)
    }
}
