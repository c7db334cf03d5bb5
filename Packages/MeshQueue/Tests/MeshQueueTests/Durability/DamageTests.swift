import MeshQueueCore
import MeshQueueTesting
import Testing

/// Flips one bit of the first place in any of a disk's log files where `bytes` stand.
private func rot(_ disk: FaultyDisk, where bytes: ArraySlice<UInt8>, in prefix: String = "log-") throws {
    for name in try disk.names() where name.hasPrefix(prefix) {
        guard let content = disk.content(of: name), let place = content.firstRange(of: bytes)?.lowerBound else {
            continue
        }
        return disk.flipBit(in: name, at: place)
    }
    Issue.record("the bytes aren't there")
}

@Suite("Payloads that rot")
struct DamageTests {
    let disk = FaultyDisk(seed: 9)
    let reports = Reports()

    /// A store of 20 messages, of which number 5 has a flipped bit in its payload.
    private func damaged() throws -> LogQueueStore {
        let store = try open(disk, options: LogOptions(), reports: reports)
        _ = try store.perform((0..<20).map { append($0, count: 1_000) }, nowSeconds: now)
        try rot(disk, where: payload(5, count: 1_000)[100..<200])
        return store
    }

    @Test("A message with a flipped bit is an error of its own, by id; the others come, in order, and it is reported")
    func oneMessage() throws {
        let store = try damaged()
        let page = try store.fetch(QueueFetch(recipient: recipient(1)))
        #expect(page.items.map(\.id) == (0..<20).filter { $0 != 5 }.map { itemID($0) })
        #expect(
            page.items.allSatisfy { item in
                (0..<20).contains { payload($0, count: 1_000)[...] == page.payload(of: item) }
            })
        #expect(page.damaged.map(\.id) == [itemID(5)])
        #expect(page.damaged.map(\.sequence) == [6])
        #expect(page.damaged[0].detail.contains("checksum"))
        #expect(reports.list == [.damaged(page.damaged[0])])
        #expect(!page.hasMore && page.lastSequence == 20)
    }

    @Test("A page of nothing but damage moves on all the same")
    func damagedPage() throws {
        let store = try damaged()
        let page = try store.fetch(QueueFetch(recipient: recipient(1), afterSequence: 5, maxCount: 1))
        #expect(page.items.isEmpty && page.damaged.count == 1)
        #expect(page.hasMore && page.lastSequence == 6)
    }

    @Test("A message that the disk doesn't give is damage of its own, too")
    func readError() throws {
        let store = try damaged()
        disk.faults.readError = 1
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged.count == 20)
        #expect(store.list(recipient(1), afterSequence: 0, maxCount: 100).entries == [])
        disk.faults.readError = 0
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged.count == 1)
        #expect(store.list(recipient(1), afterSequence: 0, maxCount: 100).entries.count == 19)
    }

    @Test("Once it was found, a damaged message counts as not held: for look-ups, lists and digests; it is told once")
    func notHeld() throws {
        let store = try damaged()
        let others = (0..<20).filter { $0 != 5 }
        #expect(store.digest(of: recipient(1), key: 3, expiringAfterSeconds: now).count == 20)
        for _ in 0..<3 { _ = try store.fetch(keys: [key(4), key(5)], maxBytes: 10_000) }
        #expect(reports.list.count == 1)
        #expect(try store.lookup([key(5)], nowSeconds: now) == [.unreadable])
        #expect(
            store.list(recipient(1), afterSequence: 0, maxCount: 100).entries.map(\.id) == others.map { itemID($0) })
        #expect(store.list(recipient(1), afterSequence: 4, maxCount: 2).entries.map(\.id) == [itemID(4), itemID(6)])
        var expected = QueueDigest()
        for number in others { expected.add(itemID(number), key: 3) }
        #expect(store.digest(of: recipient(1), key: 3, expiringAfterSeconds: now) == expected)
    }

    @Test("A damaged message can be removed by proof all the same, and no copy of it is taken any more")
    func removed() throws {
        let store = try damaged()
        _ = try store.fetch(QueueFetch(recipient: recipient(1)))
        #expect(try store.perform([remove(5)], nowSeconds: now) == [.removed])
        #expect(try store.perform([append(5, count: 1_000)], nowSeconds: now) == [.removedBefore])
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged == [])
        #expect(store.totals.messages == 19)
    }

    @Test("A new copy of a message that was found damaged takes its place, also after a restart")
    func healed() throws {
        var store = try damaged()
        #expect(try store.perform([append(5, count: 1_000)], nowSeconds: now) == [.duplicate])
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged.count == 1)
        #expect(try store.perform([append(5, count: 1_000)], nowSeconds: now)[0].isStored)
        #expect(store.totals == QueueTotals(recipients: 1, messages: 20, bytes: 20_000))
        #expect(store.digest(of: recipient(1), key: 3, expiringAfterSeconds: now).count == 20)
        guard case .held = try store.lookup([key(5)], nowSeconds: now)[0] else {
            Issue.record("the new copy isn't held")
            return
        }
        disk.crash()
        store = try open(disk, options: LogOptions(), random: 2, reports: reports)
        #expect(try store.ids().last == itemID(5))
        #expect(try store.ids().count == 20)
    }

    @Test("What can't be read isn't copied away, is reported once, and expires where it is; the rest moves on")
    func compaction() throws {
        let store = try open(disk, options: .small(), reports: reports)
        for batch in 0..<10 {
            _ = try store.perform((batch * 10..<batch * 10 + 10).map { append($0, count: 1_000) }, nowSeconds: now)
        }
        try rot(disk, where: payload(50, count: 1_000)[100..<200])
        _ = try store.perform((0..<100).filter { $0 % 10 != 0 }.map { release($0) }, nowSeconds: now)
        while store.housekeep(isIdle: true) {}
        #expect(reports.list.count == 1)
        #expect(try store.lookup([key(50)], nowSeconds: now) == [.unreadable])
        let page = try store.fetch(QueueFetch(recipient: recipient(1)))
        #expect(page.items.map(\.id) == [0, 10, 20, 30, 40, 60, 70, 80, 90].map { itemID($0) })
        #expect(page.damaged.map(\.id) == [itemID(50)])
        #expect(try store.expire(nowSeconds: later).messages == 10)
        while store.housekeep(isIdle: true) {}
        #expect(try disk.names().filter { $0.hasPrefix("log-") } == [])
    }
}

@Suite("Structures that rot")
struct RotTests {
    let disk = FaultyDisk(seed: 9)
    let reports = Reports()

    /// Some segments, some removals, a run: then a crash, so that start-up has to read all there is.
    private func build(closing: Bool = false) throws -> [QueueItemID] {
        let store = try open(disk)
        for batch in 0..<12 {
            _ = try store.perform((batch * 10..<batch * 10 + 10).map { append($0, count: 600) }, nowSeconds: now)
            _ = try store.perform((batch * 10..<batch * 10 + 3).map { remove($0) }, nowSeconds: now)
        }
        if closing { store.close() }
        disk.crash()
        return (0..<120).filter { $0 % 10 >= 3 }.map { itemID($0) }
    }

    @Test("A flipped bit in a segment's header is survived by the second copy")
    func header() throws {
        let ids = try build()
        for name in try disk.names() where name.hasPrefix("log-") { disk.flipBit(in: name, at: 40) }
        let store = try open(disk, random: 2, reports: reports)
        #expect(try store.ids() == ids)
        #expect(reports.list == [])
    }

    @Test("A flipped bit in a summary is said, and nothing is missing")
    func summary() throws {
        let ids = try build()
        let content = try #require(disk.content(of: "log-2"))
        let header = try disk.content(of: "log-3")!.withUnsafeBytes { try SegmentHeader(block: $0, number: 3) }
        let sealed = try #require(header.previous)
        #expect(sealed.summaryByteCount > 0 && content.count >= sealed.end + sealed.summaryByteCount)
        disk.flipBit(in: "log-2", at: sealed.end + 100)
        let store = try open(disk, random: 2, reports: reports)
        #expect(try store.ids() == ids)
        #expect(reports.list.count == 1)
        #expect("\(reports.list)".contains("its summary"))
    }

    @Test("A flipped bit in a commit of the last segment is found and said; the commits behind it are there")
    func frame() throws {
        let store = try open(disk, options: LogOptions())
        for number in 0..<30 { _ = try store.perform([append(number)], nowSeconds: now) }
        disk.crash()
        try rot(disk, where: itemID(11).bytes[...])
        let again = try open(disk, options: LogOptions(), random: 2, reports: reports)
        #expect(try again.ids() == (0..<30).filter { $0 != 11 }.map { itemID($0) })
        #expect(reports.list.count == 1)
        #expect("\(reports.list)".contains("frames from"))
        let commit = try again.commit([append(11)], nowSeconds: now)
        #expect(commit.outcomes[0].sequence! > 30)
    }

    @Test("A segment that is missing is said, and the others are there")
    func missingSegment() throws {
        _ = try build(closing: true)
        let lost = try disk.names().first { $0.hasPrefix("log-") }!
        try disk.remove(lost)
        let store = try open(disk, random: 2, reports: reports)
        #expect(try store.ids().count > 20)
        #expect(reports.list == [.partLost(file: lost, detail: "it is missing")])
    }

    @Test("A flipped bit in the state is refused with the name of the file; a missing state, too")
    func state() throws {
        _ = try build(closing: true)
        disk.flipBit(in: "state", at: 60)
        #expect(throws: QueueOpenError.damaged(file: "state", detail: "its checksum doesn't fit its content")) {
            try open(disk)
        }
        try disk.remove("state")
        #expect(throws: QueueOpenError.self) { try open(disk) }
    }

    @Test("The index of a run, rotten, is made anew from the run; a rotten block is said")
    func run() throws {
        _ = try build(closing: true)
        let name = try disk.names().first { $0.hasPrefix("run-") }!
        let count = disk.content(of: name)!.count
        disk.flipBit(in: name, at: count - 5)
        let store = try open(disk, random: 2, reports: reports)
        for number in 0..<120 where number % 10 < 3 {
            #expect(try store.perform([append(number)], nowSeconds: now) == [.removedBefore])
        }
        #expect(reports.list.count == 1)
        #expect("\(reports.list)".contains("made anew"))
    }

    @Test("A block of a run that rots while the store is open stops nothing: said once, forgotten, written out")
    func rottenRun() throws {
        let store = try open(disk, reports: reports)
        let ids = 0..<600
        _ = try store.perform(ids.map { append($0) }, nowSeconds: now)
        _ = try store.perform(ids.map { remove($0) }, nowSeconds: now)
        while store.housekeep(isIdle: true) {}
        let name = try #require(try disk.names().first { $0.hasPrefix("run-") })
        disk.flipBit(in: name, at: 100)
        #expect(throws: Never.self) { try store.perform(ids.map { append($0) }, nowSeconds: now) }
        let outcomes = try store.perform(ids.map { append($0) }, nowSeconds: now)
        let forgotten = outcomes.count { $0 == .duplicate }
        #expect((1..<ids.count / 2).contains(forgotten), "those of one block")
        #expect(outcomes.count { $0 == .removedBefore } == ids.count - forgotten)
        #expect(reports.list.count == 1)
        #expect("\(reports.list)".contains("\(name)") && "\(reports.list)".contains("may come back"))

        while store.housekeep(isIdle: true) {}
        #expect(try !disk.names().contains(name))
        let remembered = try store.lookup(ids.map { key($0) }, nowSeconds: now).count { state in
            if case .removed = state { true } else { false }
        }
        #expect(remembered == ids.count - forgotten)
        let page = try store.tombstones(from: .start, maxCount: 1_000, nowSeconds: now)
        #expect(page.tombstones.count == ids.count - forgotten && page.next == nil)
        #expect(reports.list.count == 1)
    }

    @Test(
        "Any one flipped bit anywhere: the store opens or refuses by name, and nobody gets other bytes than were stored"
    )
    func anyBit() throws {
        var refused = 0
        for seed in 0..<16 as Range<UInt64> {
            let disk = FaultyDisk(seed: seed)
            let store = try open(disk)
            for batch in 0..<8 {
                _ = try store.perform((batch * 10..<batch * 10 + 10).map { append($0, count: 600) }, nowSeconds: now)
                _ = try store.perform((batch * 10..<batch * 10 + 3).map { remove($0) }, nowSeconds: now)
                store.housekeep(isIdle: batch % 3 == 0)
            }
            disk.crash()
            let names = try disk.names().filter { disk.content(of: $0)!.count > 0 }
            disk.flipBit(in: names[Int(seed) % names.count])
            do throws(QueueOpenError) {
                let again = try open(disk, random: 2)
                check(again)
            } catch {
                refused += 1
            }
        }
        #expect(refused < 30)
    }

    private func check(_ store: LogQueueStore) {
        var request = QueueFetch(recipient: recipient(1), maxCount: 1_000)
        guard let page = try? store.fetch(request) else { return }
        for item in page.items {
            let number = (0..<80).first { itemID($0) == item.id }!
            #expect(page.payload(of: item) == payload(number, count: 600)[...])
        }
        request.afterSequence = 1
        while store.housekeep(isIdle: true) {}
        _ = try? store.perform((0..<80).map { remove($0) }, nowSeconds: now)
    }
}
