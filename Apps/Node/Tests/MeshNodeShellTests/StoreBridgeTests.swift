import Logging
import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire
import Testing

@testable import MeshNodeShell

@Suite struct StoreBridgeTests {
    private let directory = TemporaryDirectory()
    private let mailbox = EngineMailbox<NodeEvent>()
    private let user = UserIdentity.generate().id
    private let secret = ProofSecret(Bytes16.random())

    private func open() throws -> StoreBridge {
        try StoreBridge(
            directory: directory.file("queue"), mailbox: mailbox,
            logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
    }

    private func next() -> [NodeEvent] {
        var batch = EngineMailbox<NodeEvent>.Batch()
        mailbox.take(into: &batch, until: MonotonicClock.nowMilliseconds + 10_000)
        return batch.events
    }

    private func outcomes(of batch: UInt64) -> [QueueOutcome] {
        guard case .committed(_, let answers) = next().first, answers.first?.token == batch else { return [] }
        return answers[0].outcomes
    }

    private func operations(_ effects: [EngineEffect]) -> [QueueOperation] {
        effects.compactMap { StoreWrite($0)?.operation }
    }

    private func removal(
        of id: SubmissionID, _ proof: RemovalProof, keepUntilSeconds: UInt32
    ) -> EngineEffect {
        .remove(token: 1, recipient: user, id: id, proof: proof, keepUntilSeconds: keepUntilSeconds)
    }

    @Test("store bridge, message committed, fetched after a new start, removed by its secret")
    func wayOfAMessage() throws {
        let message = try LonelyNode.submission(to: user, secret: secret)
        let now = LonelyNode.start.wallSeconds
        var store = try open()
        store.commit(batch: 5, operations([.append(token: 1, id: message.id, message)]), nowSeconds: now)
        #expect(outcomes(of: 5).map { StoreOutcome($0) } == [.stored])
        store.close()

        store = try open()
        #expect(store.totals.messages == 1)
        store.fetch(QueueFetch(recipient: QueueRecipient(user)), token: 6)
        guard case .fetched(6, .success(let page)) = next().first, let item = page.items.first else {
            Issue.record("not fetched")
            return
        }
        #expect(page.payload(of: item) == message.body)

        let proof = RemovalProof.acknowledgement(DisclosedSecret(acknowledging: message.header, secret: secret))
        store.commit(
            batch: 7, operations([removal(of: message.id, proof, keepUntilSeconds: now + 10)]), nowSeconds: now)
        #expect(outcomes(of: 7) == [.removed])
        #expect(store.totals.messages == 0)
        store.close()
    }

    private func answer(to query: StoreQuery, _ store: StoreBridge) -> StoreAnswer? {
        store.query(query, token: 40, nowSeconds: LonelyNode.start.wallSeconds)
        guard case .engine(.answered(40, let answer)) = next().first else { return nil }
        return answer
    }

    @Test("store bridge, asked by id, by recipient and for what was removed, answers as the store in memory does")
    func queries() throws {
        let store = try open()
        let now = LonelyNode.start.wallSeconds
        let secrets = (0..<3).map { _ in ProofSecret(Bytes16.random()) }
        let messages = try secrets.map { try LonelyNode.submission(to: user, secret: $0) }
        let keys = messages.map { MessageKey(user, $0.id) }
        store.commit(batch: 1, operations(messages.map { .append(token: 1, id: $0.id, $0) }), nowSeconds: now)
        _ = next()
        let proof = RemovalProof.acknowledgement(DisclosedSecret(acknowledging: messages[1].header, secret: secrets[1]))
        store.commit(
            batch: 2, operations([removal(of: messages[1].id, proof, keepUntilSeconds: now + 50)]), nowSeconds: now)
        _ = next()
        store.markHandedOut([keys[2]])

        guard case .messages(let found, 3) = answer(to: .messages(keys, maximumBytes: 1 << 20), store) else {
            Issue.record("no messages")
            return
        }
        #expect(found == [messages[0], messages[2]])
        guard case .lookup(let states) = answer(to: .lookup(keys), store) else {
            Issue.record("no look-up")
            return
        }
        let expiry = messages[0].expirySeconds
        #expect(
            states == [
                .held(expirySeconds: expiry, isHandedOut: false), .removed(proof, keepUntilSeconds: now + 50),
                .held(expirySeconds: expiry, isHandedOut: true),
            ])
        guard case .list(let list, false) = answer(to: .list(user, after: 1, maximumCount: 5), store),
            case .digests(let digests) = answer(
                to: .digests(key: 7, of: [user, user], expiringAfterSeconds: 0), store),
            case .recipients([user], nil) = answer(to: .recipients(from: nil, maximumCount: 5), store),
            case .tombstones(let removed, nil) = answer(to: .tombstones(from: nil, maximumCount: 5), store)
        else {
            Issue.record("not answered")
            return
        }
        #expect(list.map(\.id) == [messages[2].id])
        #expect(digests.map(\.count) == [2, 2] && digests[0] == digests[1])
        #expect(removed == [StoredTombstone(keys[1], proof, keepUntilSeconds: now + 50)])
        store.close()
    }

    @Test("store bridge, both threads move, both heartbeats answered, the engine hears nothing")
    func heartbeats() throws {
        let store = try open()
        let answers = Collector<String>()
        for source in [store.writerHeartbeat, store.readerHeartbeat] {
            source.beat { answers.add(source.name) }
        }
        #expect(answers.wait(count: 2))
        #expect(mailbox.depth == 0)
        store.close()
    }

    @Test("store bridge, closed, requests fail by name and heartbeats stay away")
    func closed() throws {
        let store = try open()
        store.close()
        let answers = Collector<Bool>()
        store.writerHeartbeat.beat { answers.add(true) }
        store.commit(batch: 1, [], nowSeconds: 0)
        store.fetch(QueueFetch(recipient: QueueRecipient(user)), token: 2)
        let events = next()
        guard case .commitFailed(1, .closed) = events.first, case .fetched(2, .failure(.closed)) = events.last
        else {
            Issue.record("\(events)")
            return
        }
        #expect(answers.all.isEmpty)
    }
}

@Suite struct RosterKeeperTests {
    private let directory = TemporaryDirectory()
    private let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

    private func roster(_ identities: [NodeIdentity]) throws -> Roster {
        var roster = Roster(parameters: LonelyNode.parameters)
        for (number, identity) in identities.enumerated() {
            let endpoint = try Endpoint(text: "127.0.0.1:\(4000 + number)")
            let description = NodeDescription(at: endpoint, in: LonelyNode.parameters, software: "t")
            let record = try NodeRecord(
                description, network: LonelyNode.parameters.id, incarnation: 1, signedBy: identity)
            roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: 1))
        }
        return roster
    }

    @Test("roster keeper, many rosters at once, the last is on disk after a flush")
    func last() throws {
        let opened = try DataDirectory.open(directory.file("d"))
        let identities = [NodeIdentity.generate(), NodeIdentity.generate()]
        let keeper = RosterKeeper(directory: opened, own: identities[0].id, keepsLonely: true, logger: quiet)
        for _ in 0..<50 { keeper.keep(try roster([identities[0]])) }
        let final = try roster(identities)
        keeper.keep(final)
        keeper.flush()
        #expect(try opened.load().roster == final)
    }

    @Test("roster keeper of a node that hasn't joined, roster without others, not kept")
    func lonely() throws {
        let opened = try DataDirectory.open(directory.file("d"))
        let identities = [NodeIdentity.generate(), NodeIdentity.generate()]
        let keeper = RosterKeeper(directory: opened, own: identities[0].id, keepsLonely: false, logger: quiet)
        keeper.keep(try roster([identities[0]]))
        keeper.flush()
        #expect(try opened.load().roster == nil)
        keeper.keep(try roster(identities))
        keeper.flush()
        #expect(try opened.load().roster?.members.count == 2)
    }
}

@Suite struct BackoffTests {
    @Test("backoff, many tries, waits grow to a bound and vary by a quarter")
    func waits() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        let waits = (0..<20).map { _ in backoff.next(using: &generator) }
        #expect((375...625).contains(waits[0]))
        #expect((750...1_250).contains(waits[1]))
        #expect(waits.allSatisfy { $0 <= Backoff.longestMilliseconds * 125 / 100 })
        #expect(waits[19] >= Backoff.longestMilliseconds * 75 / 100)
        #expect(backoff.attempts == 20)
    }
}
