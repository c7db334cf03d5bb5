import MeshCrypto
import MeshNode
import MeshWire
import Testing

@Suite("Delivery while links and store answer in any order")
struct DeliveryOrderTests {
    let user = TestNetwork.user(1)
    let sender = LinkID(9_001)
    let first = LinkID(9_002)
    let second = LinkID(9_003)
    var node: ScriptedEngine

    init() {
        let network = TestNetwork.laboratory(nodes: 1)
        node = ScriptedEngine(network.hosts[0], in: network)
        node.open(sender, .guest)
    }

    private func message(_ number: Int) -> TestMessage { TestMessage(to: user.id, number: number) }

    @Test("stored only after its recipient's first read, a message is read again, and nothing overtakes it")
    mutating func arrivesWhileConnecting() throws {
        let (early, late) = (message(1).submission, message(2).submission)
        let append = try #require(node.submit(early, over: sender).appends.first)
        node.open(first, .user(user.id))
        let read = try #require(node.fetch(.follow, over: first).reads.first)
        _ = node.handle(.read(token: read, .messages([], last: 0, hasMore: false)))
        let effects = node.submit(late, over: sender)
        #expect(effects.delivered(to: first).isEmpty)
        let again = try #require(node.commit(append).reads.first)
        let found = node.handle(.read(token: again, .messages([early], last: 1, hasMore: false)))
        #expect(found.delivered(to: first) == [early])
        let last = try #require(node.commit(effects.appends[0]).reads.first)
        let rest = node.handle(.read(token: last, .messages([late], last: 2, hasMore: false)))
        #expect(rest.delivered(to: first) == [late])
    }

    @Test("sent over a link that was then replaced, a message is read for the new one once it is stored")
    mutating func replacedBeforeStored() throws {
        node.open(first, .user(user.id))
        let read = try #require(node.fetch(.follow, over: first).reads.first)
        _ = node.handle(.read(token: read, .messages([], last: 0, hasMore: false)))
        let submission = message(1).submission
        let effects = node.submit(submission, over: sender)
        #expect(effects.delivered(to: first) == [submission])
        node.open(second, .user(user.id))
        let next = try #require(node.fetch(.follow, over: second).reads.first)
        _ = node.handle(.read(token: next, .messages([], last: 0, hasMore: false)))
        let again = try #require(node.commit(effects.appends[0]).reads.first)
        let delivered = node.handle(.read(token: again, .messages([submission], last: 1, hasMore: false)))
        #expect(delivered.delivered(to: second) == [submission])
    }

    @Test("a read that was made before a removal and answered after it delivers nothing twice")
    mutating func removedWhileReading() throws {
        node.open(first, .user(user.id))
        let read = try #require(node.fetch(.follow, over: first).reads.first)
        let known = message(1)
        _ = node.handle(.read(token: read, .messages([known.submission], last: 1, hasMore: false)))
        // The store's reader and writer answer each in their own time.
        let again = try #require(node.fetch(.queued, over: first).reads.first)
        let entry = DisclosedSecret(acknowledging: known.submission.header, secret: known.secret)
        let remove = try #require(node.receive(.acknowledge([entry]), over: first).removes.first)
        _ = node.commit(remove, .removed)
        let new = message(2).submission
        let effects = node.handle(.read(token: again, .messages([known.submission, new], last: 2, hasMore: false)))
        #expect(effects.delivered(to: first) == [new])
    }

    @Test("after a read that failed, a following client is read for again by itself")
    mutating func failedRead() throws {
        node.open(first, .user(user.id))
        let read = try #require(node.fetch(.follow, over: first).reads.first)
        let refused = node.handle(.read(token: read, .failed)).sent(to: first)
        #expect(refused == [.fetched(Fetched(request: 1, status: .storageFailed, delivered: 0))])
        let wait: UInt64 = 1_000
        #expect(node.engine.nextDeadline.map { $0 <= node.now.monotonicMilliseconds + wait } == true)
        #expect(!node.handle(.tick, afterMilliseconds: wait).reads.isEmpty)
    }
}
