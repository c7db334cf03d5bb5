/// All that a log keeps in memory and readers look at.
///
/// One thread writes, any number read. The writer changes it through its `LogGate` and reads it without: nobody else
/// changes it. Everybody else reads under the gate. Nobody holds the gate while waiting for a disk.
package final class LogMemory: @unchecked Sendable {
    // Checked by the rule above, not at run time: the check would cost more than some of the accesses.
    @exclusivity(unchecked) package var index: MessageIndex
    /// Removed ids since the last fold.
    @exclusivity(unchecked) package var recent = TombstoneArena()
    /// Removed ids on their way into a run.
    @exclusivity(unchecked) package var frozen = TombstoneArena()
    @exclusivity(unchecked) package var runs: [TombstoneRun] = []
    /// Sequences of messages that were found unreadable: they count as not held, and a new copy of one replaces it. Under
    /// the gate for everybody.
    @exclusivity(unchecked) private var damaged: Set<UInt64> = []
    /// Rises with every change.
    @exclusivity(unchecked) package var epoch: UInt64 = 1

    /// One bit per slot: set where the message was appended since the store was opened and isn't marked as handed out.
    /// Under the gate for everybody.
    @exclusivity(unchecked) private var fresh: ContiguousArray<UInt64> = []

    /// 65,536 unreadable messages are remembered (2 MB); more than that is a disk to be thrown away.
    package static let damageRemembered = 65_536

    package init(seed: QueueSeed) { index = MessageIndex(seed: seed) }

    /// Notes that the message in a slot has just been appended.
    package func markFresh(_ slot: UInt32) {
        let word = Int(slot / 64)
        while fresh.count <= word { fresh.append(0) }
        fresh[word] |= 1 << UInt64(slot % 64)
    }

    /// Notes that the message in a slot was handed out.
    package func markHandedOut(_ slot: UInt32) {
        guard Int(slot / 64) < fresh.count else { return }
        fresh[Int(slot / 64)] &= ~(1 << UInt64(slot % 64))
    }

    /// Whether the message in a slot was handed out, or may have been before the store was opened.
    package func isHandedOut(_ slot: UInt32) -> Bool {
        Int(slot / 64) >= fresh.count || fresh[Int(slot / 64)] >> UInt64(slot % 64) & 1 == 0
    }

    /// Notes which messages of a page could be read and which couldn't; returns the damage that is news.
    package func note(_ page: QueuePage) -> [QueueDamage] {
        if !damaged.isEmpty { for item in page.items { damaged.remove(item.sequence) } }
        return page.damaged.filter { noteDamage($0.sequence) }
    }

    /// Notes that a message can't be read; returns whether that is news.
    package func noteDamage(_ sequence: UInt64) -> Bool {
        damaged.count < Self.damageRemembered && damaged.insert(sequence).inserted
    }

    /// Whether the message in a slot was found unreadable.
    package func isDamaged(_ slot: MessageIndex.Slot) -> Bool {
        !damaged.isEmpty && damaged.contains(slot.sequence)
    }

    /// Takes out a message.
    package func remove(_ slot: UInt32) {
        if !damaged.isEmpty { damaged.remove(index.slot(slot).sequence) }
        index.remove(slot)
    }

    /// What memory alone remembers of a removed id.
    package func recentTombstone(
        _ key: QueueKey, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) -> LogRemoval.Tombstone? {
        recent.find(key, fingerprint, nowSeconds: nowSeconds)
            ?? (frozen.count == 0 ? nil : frozen.find(key, fingerprint, nowSeconds: nowSeconds))
    }

    /// The runs that may remember an id; the newest first.
    package func candidates(_ fingerprint: Fingerprint) -> [TombstoneRun] {
        runs.isEmpty ? [] : runs.reversed().filter { $0.index.filter.mayContain(fingerprint) }
    }
}

/// Keeps writer and readers of a `LogMemory` apart. A store that is used by one thread needs none.
package protocol LogGate: AnyObject, Sendable {
    /// Runs `body` while no reader looks.
    func change(_ body: () -> Void)

    /// Whether files given up in `epoch` may go: no reader is at work that looked before.
    func mayRelease(_ epoch: UInt64) -> Bool
}

/// The gate of a store that one thread uses.
package final class OpenGate: LogGate {
    package init() {}

    package func change(_ body: () -> Void) { body() }

    package func mayRelease(_ epoch: UInt64) -> Bool { true }
}
