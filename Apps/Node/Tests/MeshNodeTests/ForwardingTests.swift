import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Forwarding between nodes")
struct ForwardingTests {
    let client = LinkID(9_001)
    let spare = LinkID(9_002)
    let other: NodeRecord
    let recipient: UserIdentity
    var node: ScriptedEngine

    /// Two nodes; the scripted one has the lower id, and the recipient resides at the other.
    init() throws {
        let network = TestNetwork.laboratory(nodes: 2, replicas: 1)
        let hosts = network.hosts.sorted { $0.node < $1.node }
        node = ScriptedEngine(hosts[0], in: network)
        other = try #require(node.engine.status.roster[hosts[1].node]).record
        recipient = network.user(residingAt: hosts[1])
        node.open(client, .guest)
    }

    @Test("a link ends while another one to the same node stands: its messages go over that one")
    mutating func linkReplaced() throws {
        let submission = TestMessage(to: recipient.id).submission
        let sent = try #require(node.submit(submission, over: client).forwards.first)
        node.open(spare, .node(other.node, dialled: nil), record: other)
        let effects = node.handle(.linkClosed(sent.link))
        #expect(effects.forwards.map(\.link) == [spare])
        #expect(effects.forwards.map(\.forward.submission) == [submission])
        #expect(effects.appends.isEmpty)
    }

    @Test("what waits for another node's answer keeps no more memory alive than its own")
    mutating func ownMemory() throws {
        var message = ByteBuffer()
        let submission = TestMessage(to: recipient.id).submission
        Frame.submit(Submit(request: 1, rosterDigest: Bytes16(), submission: submission)).write(into: &message)
        while message.readableBytes < WireLimits.message - 100 { Frame.ping(1).write(into: &message) }
        let frames = try FrameDecoder.decode(message)
        let sent = try #require(node.handle(.frames(client, frames)).forwards.first)
        #expect(sent.forward.submission == submission)
        #expect(sent.forward.submission.body.storageCapacity <= 4 * submission.body.readableBytes)
    }

    @Test("a node that serves nobody isn't asked for its roster with every message")
    mutating func notInSet() throws {
        var asked = 0
        for number in 0..<50 {
            let submission = TestMessage(to: recipient.id, number: number).submission
            let sent = try #require(node.submit(submission, over: client).forwards.first)
            let answer = Forwarded(
                request: sent.forward.request, status: .notInSet, id: submission.id, copies: 0, needed: 1)
            for frame in node.receive(.forwarded(answer), over: sent.link).sent(to: sent.link) {
                guard case .rosterRequest(let request) = frame else { continue }
                asked += 1
                let page = RosterPage(request: request.request, rosterDigest: Bytes16(), more: false, entries: [])
                _ = node.receive(.rosterPage(page), over: sent.link)
            }
        }
        #expect(asked == 1)
    }
}
