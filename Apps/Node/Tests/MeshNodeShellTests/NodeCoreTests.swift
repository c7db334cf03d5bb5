import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire
import NIOCore
import Testing

@testable import MeshNodeShell
@testable import MeshTransport

@Suite struct NodeCoreTests {
    private let user = UserIdentity.generate().id
    private let secret = ProofSecret(Bytes16.random())
    private let link = LinkID(LinkHandle(loop: 0, slot: 5, generation: 1))
    private let handle = LinkHandle(loop: 0, slot: 5, generation: 1)
    private let now = LonelyNode.start

    /// A node with one client that has said hello.
    private func node() throws -> NodeCore {
        var core = try LonelyNode.core()
        _ = core.handle(
            [.engine(.start), .engine(.linkOpened(link, .user(user))), .engine(.frames(link, [LonelyNode.hello]))],
            now: now)
        return core
    }

    private func submit(_ count: Int = 1) throws -> NodeEvent {
        .engine(
            .frames(
                link,
                try (0..<count).map { number in
                    .submit(
                        Submit(
                            request: UInt32(number), rosterDigest: Bytes16(),
                            submission: try LonelyNode.submission(to: user, secret: secret, filler: UInt8(number))))
                }))
    }

    private func commits(_ effects: [NodeEffect]) -> [(batch: UInt64, operations: [QueueOperation])] {
        effects.compactMap { if case .commit(let batch, let operations, _) = $0 { (batch, operations) } else { nil } }
    }

    private func committed(_ batch: UInt64, _ outcomes: [QueueOutcome]) -> NodeEvent {
        .committed(number: batch, [QueueCommitAnswer(token: batch, outcomes: outcomes)])
    }

    private func sent(_ effects: [NodeEffect]) -> [(LinkHandle, Frame)] {
        effects.compactMap { if case .send(let handle, let frame) = $0 { (handle, frame) } else { nil } }
    }

    @Test("node core, link opened, hello goes to its handle")
    func hello() throws {
        var core = try LonelyNode.core()
        let effects = core.handle([.engine(.start), .engine(.linkOpened(link, .user(user)))], now: now)
        #expect(sent(effects).map(\.0) == [handle])
    }

    @Test("node core, many submissions in one turn, one commit, answers by their outcomes")
    func oneCommit() throws {
        var core = try node()
        let commit = try #require(commits(core.handle([try submit(3)], now: now)).first)
        #expect(commit.operations.count == 3)
        let outcomes: [QueueOutcome] = [.stored(sequence: 1), .recipientFull(.messages(limit: 1)), .duplicate]
        let answers = sent(core.handle([committed(commit.batch, outcomes)], now: now))
        let statuses = answers.compactMap { if case .submitted(let answer) = $0.1 { answer.status } else { nil } }
        #expect(statuses == [.accepted, .recipientQueueFull, .alreadyHeld])
        #expect(answers.allSatisfy { $0.0 == handle })
    }

    @Test("node core, commit failed, all its submissions refused by name and the log told once")
    func commitFailed() throws {
        var core = try node()
        let commit = try #require(commits(core.handle([try submit(2)], now: now)).first)
        let effects = core.handle([.commitFailed(batch: commit.batch, .outOfSpace(file: "f"))], now: now)
        let statuses = sent(effects).compactMap { if case .submitted(let answer) = $0.1 { answer.status } else { nil } }
        #expect(statuses == [.storageFailed, .storageFailed])
        #expect(effects.count { if case .storeFailed = $0 { true } else { false } } == 1)
    }

    @Test("node core, answer for a batch that isn't under way, nothing")
    func unknownBatch() throws {
        var core = try node()
        #expect(core.handle([committed(99, [])], now: now).isEmpty)
        #expect(core.handle([.fetched(token: 99, .failure(.closed))], now: now).isEmpty)
    }

    @Test("node core, queue fetched, its messages delivered as they were stored")
    func fetched() throws {
        var core = try node()
        let fetch = Frame.fetch(Fetch(request: 9, rosterDigest: Bytes16(), mode: .queued))
        let asked = core.handle([.engine(.frames(link, [fetch]))], now: now)
        let token = try #require(asked.compactMap { if case .fetch(_, let token) = $0 { token } else { nil } }.first)
        let stored = try LonelyNode.submission(to: user, secret: secret)
        let body = Array(buffer: stored.body)
        let good = QueueItem(
            recipient: QueueRecipient(user), id: QueueItemID(stored.id), sequence: 1,
            expirySeconds: stored.expirySeconds, range: 3..<3 + body.count)
        let bad = QueueItem(
            recipient: QueueRecipient(user), id: QueueItemID(stored.id), sequence: 2,
            expirySeconds: stored.expirySeconds, range: 0..<3)
        let page = FetchedPage(
            QueuePage(items: [bad, good], bytes: [1, 2, 3] + body, lastSequence: 2, hasMore: false))
        let effects = core.handle([.fetched(token: token, .success(page))], now: now)
        let delivered = sent(effects).compactMap {
            if case .deliver(let deliver) = $0.1 { deliver.submission } else { nil }
        }
        #expect(delivered == [stored])
        #expect(effects.contains { if case .storeFailed = $0 { true } else { false } })
    }

    @Test("node core, link closed, nothing is sent to its handle any more")
    func closed() throws {
        var core = try node()
        let commit = try #require(commits(core.handle([try submit()], now: now)).first)
        _ = core.handle([.engine(.linkClosed(link))], now: now)
        let effects = core.handle([committed(commit.batch, [.stored(sequence: 1)])], now: now)
        #expect(sent(effects).isEmpty)
    }

    @Test("node core, asked how it is, answers with links that stand")
    func inspect() throws {
        var core = try node()
        let seen = Collector<Int>()
        _ = core.handle([.inspect { seen.add($0.clientLinks) }], now: now)
        #expect(seen.all == [1])
    }

    @Test("node core, stop with nothing under way, roster kept and stopped")
    func stop() throws {
        var core = try node()
        let effects = core.handle([.engine(.stop(.leave))], now: now)
        #expect(effects.contains { if case .stopped = $0 { true } else { false } })
        #expect(effects.contains { if case .persist = $0 { true } else { false } })
        #expect(
            effects.contains { if case .close(handle, let goodbye) = $0 { goodbye.reason == .stopping } else { false } }
        )
    }
}
