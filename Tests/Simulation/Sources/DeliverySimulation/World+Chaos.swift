import MeshNode
import MeshRing
import SimulatedNetwork

// What goes wrong. Chance chooses what and when, within the bounds under which nothing may be lost: a node loses its disk
// only while others hold all that it holds.
extension World {
    /// From the beginning of one fault to that of the next, on average.
    private static let faultInterval: UInt64 = 25_000

    func planFaults(until end: UInt64) {
        let wait = 1_000 + random.below(2 * Self.faultInterval)
        guard now + wait < end else { return }
        after(wait) { [unowned self] in
            fault()
            planFaults(until: end)
        }
    }

    private func fault() {
        lastFaultAt = now
        switch random.below(100) {
        case ..<28: crash()
        case ..<38: pause()
        case ..<52: part()
        case ..<62: join()
        case ..<70: drain()
        case ..<76: restart()
        case ..<86: wipe()
        case ..<92: fillDisk()
        case ..<95: rot()
        case ..<98: slow()
        default: setClockBack()
        }
    }

    private func running() -> Host? {
        random.sample(hosts.filter { $0.isUp && !$0.isStopping }, 1).first
    }

    /// Comes back after a while, with what is on its disk.
    private func comeBack(_ host: Host, after milliseconds: UInt64) {
        after(milliseconds) { [unowned self] in
            lastFaultAt = now
            if !host.isUp { host.start() }
        }
    }

    /// Now, or in the midst of its next commit.
    private func crash() {
        guard let host = running() else { return }
        if random.happens(perMille: 500) { host.disk.crashesInCommit = true } else { crash(host) }
    }

    func crash(_ host: Host) {
        guard host.isUp else { return }
        lastFaultAt = now
        counts.crashes += 1
        host.crash(silently: random.happens(perMille: 400))
        comeBack(host, after: 2_000 + random.below(UInt64(random.happens(perMille: 200) ? 240_000 : 30_000)))
    }

    private func wipe() {
        guard let host = running(), checker.maySpare(host.number, besides: liars, nowSeconds: nowSeconds) else {
            return
        }
        counts.crashes += 1
        counts.wipes += 1
        host.crash(silently: true)
        host.wipe()
        comeBack(host, after: 5_000 + random.below(UInt64(60_000)))
    }

    private func pause() {
        guard let host = running() else { return }
        counts.pauses += 1
        host.pause(for: 500 + random.below(UInt64(random.happens(perMille: 500) ? 3_000 : 30_000)))
    }

    private func part() {
        counts.partitions += 1
        let some = random.sample(Array(hosts.indices), 1 + random.below(hosts.count / 2))
        let isOneWay = random.happens(perMille: 300)
        note("nodes \(some.sorted()) are cut off\(isOneWay ? ", one way" : "")")
        for host in some {
            for other in hosts.indices where !some.contains(other) {
                cut(from: host, to: other)
                if !isOneWay { cut(from: other, to: host) }
            }
        }
        expectSilence()
        after(5_000 + random.below(UInt64(110_000))) { [unowned self] in
            lastFaultAt = now
            note("all ways are open")
            heal()
        }
    }

    private func join() {
        let seat = hosts.first { !$0.isUp && $0.persisted == nil && !$0.wasHere }
        guard let seat else { return }
        counts.joins += 1
        seat.start()
    }

    private var membersThatStay: Int { hosts.count { $0.wasHere && !$0.hasLeft && !$0.isStopping } }

    private func drain() {
        guard membersThatStay > Int(cast.parameters.replicas) + 1, let host = running() else { return }
        counts.drains += 1
        host.stop(.leave)
        guard random.happens(perMille: 500) else { return }
        comeBack(host, after: 90_000 + random.below(UInt64(120_000)))
    }

    private func restart() {
        guard let host = running() else { return }
        host.stop(.stay)
        comeBack(host, after: 12_000 + random.below(UInt64(5_000)))
    }

    private func fillDisk() {
        guard let host = running() else { return }
        counts.fullDisks += 1
        note("the disk of node \(host.number) is full")
        host.disk.isFull = true
        let life = host.life
        after(5_000 + random.below(UInt64(60_000))) { [unowned self] in
            lastFaultAt = now
            if host.life == life { host.disk.isFull = false }
        }
    }

    /// A bit rots on a disk of which nothing is held there alone.
    private func rot() {
        guard let host = running(), checker.maySpare(host.number, besides: liars, nowSeconds: nowSeconds) else {
            return
        }
        host.disk.rot()
    }

    /// By an hour: what is remembered there is so a while longer, and nothing may go for that.
    private func setClockBack() {
        guard let host = running() else { return }
        counts.clockChanges += 1
        note("the clock of node \(host.number) is set back")
        host.clockBehind = 3_600_000
        let life = host.life
        after(30_000 + random.below(UInt64(120_000))) { [unowned self] in
            lastFaultAt = now
            if host.life == life { host.clockBehind = 0 }
        }
    }

    private func slow() {
        guard let host = running() else { return }
        note("node \(host.number) is slow")
        host.slowness = 1_500
        host.disk.commitTime = 50...2_000
        after(60_000) { [unowned self] in
            lastFaultAt = now
            host.slowness = 0
            host.disk.commitTime = 1...15
        }
    }
}
