import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@Suite("Custody")
struct StoreCustodyTests {
    let node = NodeIdentity.generate()
    let network = NetworkID(.random())
    let store: ChatStore

    init() throws {
        store = try ChatStore.inMemory(key: .generate())
    }

    func receipt(_ kind: CustodyEntry.Kind, _ id: SubmissionID, by node: NodeIdentity) -> CustodyReceipt {
        let entries = [CustodyEntry(kind, id)]
        return CustodyLedger(entries, number: 1, timeMilliseconds: 5, network: network, by: node).receipt(for: 0..<1)
    }

    /// A text to the peer whose secret is known.
    func send(_ secret: ProofSecret, to peer: UserID) throws -> SentMessage {
        try store.sendText("hello", to: peer, now: 1) { draft in
            OutgoingSubmission(
                id: SubmissionID(.random()), recipient: draft.recipient, innerID: .random(),
                expirySeconds: 4_000_000_000, flags: 0, acknowledgementHash: secret.hash,
                recallHash: secret.hash, recallSecret: secret, envelope: [7], envelopeHash: Bytes16())
        }
    }

    @Test("receipts are kept with the message, each once, and count nodes; a faster one isn't lost by the answer")
    func receipts() throws {
        let peer = Peer.id(1)
        let sent = try send(.random(), to: peer)
        let id = sent.item.id
        let others = [NodeIdentity.generate(), NodeIdentity.generate()]
        try store.keepReceipts([receipt(.stored, id, by: others[0])], of: id, replicas: 0)
        var item = sent.item
        var outbox = Outbox()
        _ = outbox.add([item], now: 1)
        _ = outbox.onLinkUp(now: 1)
        guard case .keep(let accepted) = outbox.onAccepted(id, Custody(held: 2, replicas: 3), now: 1).first else {
            Issue.record("nothing is kept")
            return
        }
        item = accepted
        _ = try store.keep([item])
        try store.keepReceipts(
            [receipt(.stored, id, by: node), receipt(.stored, id, by: others[1])], of: id, replicas: 3)
        try store.keepReceipts([receipt(.stored, id, by: node)], of: id, replicas: 3)
        let trace = try #require(try store.traces(of: sent.id, to: peer).first)
        #expect(trace.id == id && trace.receipts.count == 3)
        #expect(trace.receipts.allSatisfy { $0.isValid(in: network) })
        guard case .own(_, .accepted, let custody) = try store.ownMessage(sent.id)?.content else {
            Issue.record("not accepted")
            return
        }
        #expect(custody == Custody(held: 3, replicas: 3))
    }

    @Test("a secret that fits is kept as proof, one that doesn't is not; both move the message on")
    func proof() throws {
        for fits in [true, false] {
            var peer = Peer(fits ? 1 : 2)
            let secret = ProofSecret.random()
            let sent = try send(secret, to: peer.id)
            let shown = fits ? secret : ProofSecret.random()
            let receipt = try peer.message(.receipt(Receipt(kind: .delivered, ids: [sent.id], proofs: [shown])))
            _ = try store.receive([receipt], now: 77)
            let trace = try #require(try store.traces(of: sent.id, to: peer.id).first)
            #expect(trace.proof == (fits ? secret : nil))
            #expect(trace.provenAtMilliseconds == (fits ? 77 : nil))
            #expect(trace.deliveredAtMilliseconds == 77 && trace.readAtMilliseconds == nil)
        }
    }

    @Test("what a contact sent is answered with the secret from inside its envelope; a stranger gets nothing")
    func told() throws {
        for isContact in [true, false] {
            var peer = Peer(isContact ? 1 : 2)
            if isContact { try store.addContact(peer.id, name: nil, now: 1) }
            let secret = ProofSecret.random()
            let plain = try peer.text("hello")
            let message = IncomingMessage(
                sender: peer.id, id: plain.id, sentAtMilliseconds: 0, body: plain.body, secret: secret)
            _ = try store.receive([message], now: 1)
            let recorder = Recorder()
            _ = try store.allAsked(now: 2, seal: recorder.seal)
            let receipts = try recorder.messages.compactMap { message -> Receipt? in
                if case .receipt(let receipt) = message.event { receipt } else { nil }
            }
            #expect(receipts == (isContact ? [Receipt(kind: .delivered, ids: [plain.id], proofs: [secret])] : []))
        }
    }

    @Test("nodes' faults are counted, and those of the longest ago are forgotten")
    func reports() throws {
        let id = SubmissionID(.random())
        try store.report(node.id, .withheld, of: id, now: 1)
        try store.report(node.id, .missing, of: id, now: 2)
        let report = try #require(try store.nodeReports().first)
        #expect(report.withheld == 1 && report.missing == 1 && report.lastID == id && report.lastAtMilliseconds == 2)
        for _ in 0..<NodeReport.limit { try store.report(NodeIdentity.generate().id, .missing, of: id, now: 3) }
        let reports = try store.nodeReports()
        #expect(reports.count == NodeReport.limit && !reports.contains { $0.node == node.id })
    }
}
