import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire
import SimulatedNetwork

/// What came of a run.
package struct DeliveryResult: Sendable, Equatable {
    /// Of which run.
    package let seed: UInt64
    /// What happened in it.
    package let counts: DeliveryCounts
    /// The first invariant that was broken.
    package let violation: Violation?
}

extension DeliverySettings {
    /// Runs it: a while in which things go wrong, then calm, in which everything has to come right.
    package func run(cast: DeliveryCast, trace: ((String) -> Void)? = nil) -> DeliveryResult {
        let world = World(self, cast: cast, trace: trace)
        world.begin()
        world.goWrong()
        world.comeRight()
        for host in world.hosts { host.account() }
        world.counts.networkMilliseconds = world.now - World.start
        world.count()
        return DeliveryResult(seed: seed, counts: world.counts, violation: world.checker.violation)
    }
}

extension World {
    func begin() {
        if settings.lie != nil {
            let count = settings.liars ?? quorum - 1
            for host in random.sample(Array(1..<settings.nodes), count) { liars.insert(host) }
        }
        for host in hosts[..<settings.nodes] { host.start() }
        run(for: 20_000)
    }

    func goWrong() {
        let end = now + settings.chaosMilliseconds
        if settings.faults { planFaults(until: end) }
        for client in clients { live(client, until: end) }
        run(until: end)
    }

    /// A person with a program: comes and goes, and writes.
    private func live(_ client: Client, until end: UInt64) {
        comeAndGo(client, until: end)
        write(client, every: 15_000 + random.below(UInt64(45_000)), until: end)
        keepLooking(client)
        if settings.hasFullClients { changeMind(client, until: end) }
    }

    /// Wants one of its last messages back.
    private func changeMind(_ client: Client, until end: UInt64) {
        after(random.below(UInt64(120_000))) { [unowned self] in
            guard now < end else { return }
            let last = checker.order.suffix(24).filter { id in
                guard let message = checker.messages[id] else { return false }
                return message.sender == client.number && message.isAccepted && !message.isRecalled
            }
            if client.isOnline, let id = random.sample(last, 1).first { client.recall(id) }
            changeMind(client, until: end)
        }
    }

    private func comeAndGo(_ client: Client, until end: UInt64) {
        guard now < end else { return }
        if client.isOnline { client.goOffline() } else { client.goOnline() }
        after(20_000 + random.below(UInt64(client.isOnline ? 240_000 : 120_000))) { [unowned self] in
            comeAndGo(client, until: end)
        }
    }

    private func write(_ client: Client, every interval: UInt64, until end: UInt64) {
        after(random.below(2 * interval)) { [unowned self] in
            guard now < end else { return }
            for _ in 0...(random.happens(perMille: 100) ? random.below(12) : 0) { writeOne(client) }
            write(client, every: interval, until: end)
        }
    }

    func writeOne(_ client: Client) {
        let recipient = (client.number + 1 + random.below(clients.count - 1)) % clients.count
        let size = random.happens(perMille: 800) ? 512 : random.happens(perMille: 800) ? 4_096 : 16_384
        let expiry: UInt32 = random.happens(perMille: 100) ? 120 + UInt32(random.below(300)) : 6 * 3_600
        client.compose(to: recipient, bytes: size, expiresAfterSeconds: expiry)
    }

    private func keepLooking(_ client: Client) {
        after(20_000 + random.below(UInt64(20_000))) { [unowned self] in
            client.lookAround()
            if random.happens(perMille: 100) { client.sweep() }
            keepLooking(client)
        }
    }
}

// Calm.
extension World {
    /// How long everything may take to come right. The rounds of repair come every ten minutes.
    private static let calmPatience: UInt64 = 25 * 60_000
    /// A node that has just been started, or cut off, may still be looked for: what comes later has no excuse.
    private static let strictAfter: UInt64 = 3 * 60_000

    func comeRight() {
        heal()
        for host in hosts where host.isPaused { host.resume() }
        for host in hosts {
            host.slowness = 0
            host.clockBehind = 0
            host.disk.isFull = false
            host.disk.crashesInCommit = false
            host.disk.commitTime = 1...15
        }
        run(for: 60_000)  // who drains has ended by then
        for host in hosts where !host.isUp && host.wasHere && !host.hasLeft { host.start() }
        isCalm = true
        lastFaultAt = now
        for client in clients { client.goOnline() }
        let sleepers = clients.suffix(DeliverySettings.sleepers)
        run(for: 30_000)
        for client in sleepers { client.goOffline() }
        settle(awake: clients.dropLast(sleepers.count))
        writeInOrder()
        settle(awake: clients.dropLast(sleepers.count))
        counts.stillHeld = checker.messages.values.count { $0.isAccepted && $0.isOwed(nowSeconds: nowSeconds) }
        for client in sleepers { client.goOnline() }
        settle(awake: clients[...])
        checkTombstones()
    }

    /// The store forgets by the hour, and is told so every 30 s.
    private func checkTombstones() {
        for host in hosts where host.isUp {
            let old = host.disk.tombstones.count { $0.keepUntilSeconds + 3_640 < nowSeconds }
            if old > 0 { fail(.tombstones, "node \(host.number) remembers \(old) removals beyond their time") }
        }
    }

    /// Whether nothing excuses that a message overtakes another.
    func isStrict(_ message: TrackedMessage) -> Bool {
        isCalm && liars.isEmpty && message.writtenAt > lastFaultAt + Self.strictAfter
    }

    private func writeInOrder() {
        if now < lastFaultAt + Self.strictAfter { run(until: lastFaultAt + Self.strictAfter + 1) }
        for _ in 0..<6 {
            for client in clients where client.isOnline { writeOne(client) }
            run(for: 5_000)
        }
    }

    /// Lets time pass until nothing is amiss, or too long.
    private func settle(awake: ArraySlice<Client>) {
        let end = now + Self.calmPatience
        while checker.violation == nil {
            guard let fault = amiss(awake) else { return }
            guard now < end else { return fail(fault.invariant, fault.text) }
            run(for: 5_000)
        }
    }

    private func amiss(_ awake: ArraySlice<Client>) -> (invariant: Invariant, text: String)? {
        for client in clients {
            for recipient in awake.map(\.number) {
                guard client.isOnline, let waiting = client.outbox[recipient], !waiting.isEmpty else { continue }
                return (.progress, "client \(client.number) has \(waiting.count) messages for \(recipient) left")
            }
        }
        for id in checker.order {
            guard let message = checker.messages[id] else { continue }
            if let fault = amiss(message, isAwake: awake.contains { $0.number == message.recipient }) { return fault }
        }
        return nil
    }

    private func amiss(_ message: TrackedMessage, isAwake: Bool) -> (Invariant, String)? {
        guard message.expirySeconds > nowSeconds else { return nil }
        let id = message.id
        if isAwake, message.isAccepted, !message.isShown, !message.isRecalled {
            return (.delivery, "\(id) was accepted and not shown; \(message.holders) hold it")
        }
        let holders = holders(of: message)
        if message.isToBeGone {
            return holders.isEmpty ? nil : (.resurrection, "\(id) was acknowledged, and \(holders) hold it")
        }
        guard message.isAccepted, !message.isRecalled, message.damaged.isEmpty, !isFull(message) else { return nil }
        let set = set(of: message)
        return holders == set ? nil : (.convergence, "\(id) belongs to \(set), and \(holders) hold it")
    }

    /// Queues that were filled on both sides of a cut have no room for each other's.
    private func isFull(_ message: TrackedMessage) -> Bool {
        hosts.contains { host in
            guard let store = host.disk.store else { return false }
            let totals = store.totals(of: QueueRecipient(message.submission.recipient))
            return totals.messages >= settings.quota.messagesPerRecipient
        }
    }

    /// Nodes that run and don't lie count: who has left keeps its disk to itself.
    private func holders(of message: TrackedMessage) -> HostSet {
        var running = HostSet()
        for host in hosts where host.isUp && message.holders.contains(host.number) { running.insert(host.number) }
        return running.without(liars)
    }

    private func set(of message: TrackedMessage) -> HostSet {
        var set = HostSet()
        guard let roster = hosts.first(where: \.isUp)?.roster else { return set }
        for node in ring(roster).replicaSet(for: message.submission.recipient) {
            if let number = cast.number(of: node) { set.insert(number) }
        }
        return set.without(liars)
    }

    func count() {
        counts.stillHeld += checker.messages.values.count {
            $0.isAccepted && $0.isOwed(nowSeconds: nowSeconds) && !$0.holders.isEmpty
        }
    }
}
