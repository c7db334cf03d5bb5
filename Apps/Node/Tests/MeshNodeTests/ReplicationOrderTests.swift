import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Copies while links and stores answer in any order")
struct ReplicationOrderTests {
    let client = LinkID(9_001)
    let spare = LinkID(9_002)
    let recipient = TestNetwork.user(1)
    let other: NodeRecord
    var node: ScriptedEngine

    init() throws {
        let network = TestNetwork.laboratory(nodes: 3)
        let hosts = network.hosts.sorted { $0.node < $1.node }
        let scripted = ScriptedEngine(hosts[0], in: network)
        other = try #require(scripted.engine.status.roster[hosts[1].node]).record
        node = scripted
        node.open(client, .guest)
    }

    private func submission(_ number: Int = 1) -> Submission {
        TestMessage(to: recipient.id, number: number).submission
    }

    private func answer(_ copy: (link: LinkID, replicate: Replicate), _ status: DeliveryStatus = .accepted) -> Frame {
        .replicated(
            ReplicaAnswer(request: copy.replicate.request, status: status, id: copy.replicate.submission.id))
    }

    private func statuses(_ effects: [EngineEffect]) -> [DeliveryStatus] {
        effects.sent(to: client).compactMap { if case .submitted(let answer) = $0 { answer.status } else { nil } }
    }

    @Test("the same bytes go to both others at once; two of three answers are enough, in whatever order")
    mutating func anyOrder() throws {
        for order in [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let effects = node.submit(submission(order[0] * 3 + order[1] + 10), over: client)
            let copies = effects.replicates
            #expect(copies.count == 2 && Set(copies.map(\.link)).count == 2)
            #expect(copies.allSatisfy { $0.replicate.purpose == .new })
            let append = try #require(effects.appends.first)
            let answers = order.map { step in
                step == 0
                    ? statuses(node.commit(append))
                    : statuses(node.receive(answer(copies[step - 1]), over: copies[step - 1].link))
            }
            #expect(answers == [[], [.accepted], []])
        }
    }

    @Test("one member that answers twice, or for another member, counts once")
    mutating func countedOnce() throws {
        let copies = node.submit(submission(), over: client).replicates
        for _ in 0..<3 { #expect(statuses(node.receive(answer(copies[0]), over: copies[0].link)).isEmpty) }
        #expect(statuses(node.receive(answer(copies[1]), over: copies[1].link)) == [.accepted])
    }

    @Test("an answer for another message costs the member its link")
    mutating func otherID() throws {
        let copy = try #require(node.submit(submission(), over: client).replicates.first)
        let wrong = ReplicaAnswer(request: copy.replicate.request, status: .accepted, id: submission(9).id)
        #expect(node.receive(.replicated(wrong), over: copy.link).closes(copy.link))
    }

    @Test("two links end before their answers: refused at once and for now, though it is stored here")
    mutating func linksLost() throws {
        let effects = node.submit(submission(), over: client)
        #expect(statuses(node.commit(effects.appends[0])).isEmpty)
        #expect(statuses(node.handle(.linkClosed(effects.replicates[0].link))).isEmpty)
        #expect(statuses(node.handle(.linkClosed(effects.replicates[1].link))) == [.tooFewMembers])
    }

    @Test("a link ends while another one to the same node stands: the copy goes over that one")
    mutating func linkReplaced() throws {
        let effects = node.submit(submission(), over: client)
        node.open(spare, .node(other.node, dialled: nil), record: other)
        let lost = node.handle(.linkClosed(effects.replicates[0].link))
        let again = lost.replicates + node.handle(.linkClosed(effects.replicates[1].link)).replicates
        #expect(again.map(\.link) == [spare])
        #expect(again.map(\.replicate.submission) == [submission()])
        _ = node.commit(effects.appends[0])
        #expect(statuses(node.receive(answer(again[0]), over: spare)) == [.accepted])
    }

    @Test("its sender goes before the answers: the copies are made all the same, and nothing is left under way")
    mutating func senderGone() throws {
        let effects = node.submit(submission(), over: client)
        _ = node.handle(.linkClosed(client))
        _ = node.commit(effects.appends[0])
        for copy in effects.replicates { _ = node.receive(answer(copy), over: copy.link) }
        #expect(node.engine.status.pendingMessages == 0)
        #expect(node.handle(.stop(.stay)).hasStopped)
    }

    @Test("members that never answer hold no more than the node may have under way: then it is busy")
    mutating func busy() throws {
        let network = TestNetwork.laboratory(nodes: 3, limits: limits { $0.pendingBytes = 64 * 1_024 })
        node = ScriptedEngine(network.hosts[0], in: network)
        node.open(client, .guest)
        var answers: [DeliveryStatus] = []
        for number in 0..<200 {
            let effects = node.submit(TestMessage(to: recipient.id, number: number).submission, over: client)
            answers += statuses(effects)
            for append in effects.appends { answers += statuses(node.commit(append)) }
        }
        #expect(answers.count > 50 && answers.allSatisfy { $0 == .busy })
        #expect(statuses(node.handle(.tick, afterMilliseconds: 6_000)).allSatisfy { $0 == .tooFewMembers })
        let next = TestMessage(to: recipient.id, number: 500).submission
        #expect(node.submit(next, over: client).replicates.count == 2)
    }

    private func limits(_ change: (inout EngineLimits) -> Void) -> EngineLimits {
        var limits = EngineLimits()
        change(&limits)
        return limits
    }

    @Test("nobody answers: refused for now after five seconds, and late answers do no harm")
    mutating func timeout() throws {
        let effects = node.submit(submission(), over: client)
        _ = node.commit(effects.appends[0])
        #expect(statuses(node.handle(.tick, afterMilliseconds: 4_900)).isEmpty)
        #expect(statuses(node.handle(.tick, afterMilliseconds: 200)) == [.tooFewMembers])
        for copy in effects.replicates {
            #expect(statuses(node.receive(answer(copy), over: copy.link)).isEmpty)
        }
    }

    @Test("copies wait for a slow member's credit, in order, while the others go on")
    mutating func credit() throws {
        var slow: LinkID?
        var requests: [UInt64] = []
        for number in 0..<60 {
            let message = TestMessage(to: recipient.id, number: number, size: 61_440).submission
            let effects = node.submit(message, over: client)
            if slow == nil { slow = effects.replicates[1].link }
            _ = node.commit(try #require(effects.appends.first))
            for copy in effects.replicates {
                guard copy.link != slow else {
                    requests.append(copy.replicate.request)
                    continue
                }
                #expect(statuses(node.receive(answer(copy), over: copy.link)) == [.accepted])
                _ = node.receive(.credit(bytes: Frame.replicate(copy.replicate).meteredBytes), over: copy.link)
            }
        }
        // 2 MiB are granted.
        #expect((30...35).contains(requests.count))
        let more = node.receive(.credit(bytes: 1 << 20), over: try #require(slow)).replicates
        #expect(more.allSatisfy { $0.link == slow })
        #expect((15...18).contains(more.count))
        requests += more.map(\.replicate.request)
        #expect(requests == requests.sorted() && Set(requests).count == requests.count)
    }

    @Test("a copy that comes for somebody whose set this node isn't in is refused by name, one that comes late is not")
    mutating func notInSet() throws {
        let network = TestNetwork.laboratory(nodes: 5)
        let set = network.set(of: recipient.id)
        let outsider = try #require(network.hosts.first { host in !set.contains { $0 === host } })
        var node = ScriptedEngine(outsider, in: network)
        let record = try #require(node.engine.status.roster[set[0].node]).record
        node.open(spare, .node(record.node, dialled: nil), record: record)
        let replicate = Replicate(
            request: 7, rosterDigest: node.engine.status.roster.digest, purpose: .new, submission: submission())
        let effects = node.receive(.replicate(replicate), over: spare)
        #expect(effects.appends.isEmpty)
        let refusal = ReplicaAnswer(request: 7, status: .notInSet, id: submission().id)
        #expect(effects.sent(to: spare) == [.replicated(refusal)])
    }

    @Test("a removal without a fitting proof removes nothing; with it, the other member is answered when it is stable")
    mutating func foreignRemoval() throws {
        let link = try #require(node.submit(submission(), over: client).replicates.first).link
        let message = TestMessage(to: recipient.id)
        let forged = RemovalProof.discard(Discard(id: message.submission.id, signature: Bytes64()))
        let refused = node.receive(.remove(Remove(request: 3, recipient: recipient.id, proof: forged)), over: link)
        #expect(refused.removes.isEmpty)
        let proof = RemovalProof.acknowledgement(
            DisclosedSecret(acknowledging: message.submission.header, secret: message.secret))
        let asked = node.receive(.remove(Remove(request: 4, recipient: recipient.id, proof: proof)), over: link)
        let token = try #require(asked.removes.first)
        #expect(asked.sent(to: link).isEmpty)
        let done = ReplicaAnswer(request: 4, status: .accepted, id: message.submission.id)
        // Who heard it from another node tells nobody: that one has told them all.
        #expect(node.commit(token, .removed).sent(to: link) == [.removeDone(done)])
    }

    @Test("one copy needed: nothing is sent to others, and nothing is signed for who wants no receipt")
    mutating func single() throws {
        let network = TestNetwork.laboratory(nodes: 3, replicas: 1)
        let host = network.hosts[0]
        var node = ScriptedEngine(host, in: network)
        node.open(client, .guest)
        let message = TestMessage(to: network.user(residingAt: host).id).submission
        let submit = Submit(request: 1, rosterDigest: Bytes16(), options: [], submission: message)
        let effects = node.receive(.submit(submit), over: client)
        #expect(effects.replicates.isEmpty)
        let answers = node.commit(try #require(effects.appends.first)).sent(to: client)
        let submitted = Submitted(request: 1, status: .accepted, id: message.id, copies: 1, needed: 1)
        #expect(answers == [.submitted(submitted)])
    }
}
