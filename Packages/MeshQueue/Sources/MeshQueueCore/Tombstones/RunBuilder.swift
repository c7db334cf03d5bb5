/// Writes a run: entries in their order, then the index, in steps.
package final class RunBuilder {
    private let disk: any Disk
    /// The run's number.
    package let number: UInt64
    private let file: DiskFile
    private var index: RunIndex
    private var block = ByteSink(capacity: RunBlock.byteCount)
    private var sink = ByteSink()
    private var blockEntryCount = 0
    private var previous: QueueRecipient?
    private var part = 0

    /// Makes the file of a run of at most `capacity` entries.
    package init(_ disk: any Disk, number: UInt64, capacity: Int) throws(DiskError) {
        self.disk = disk
        self.number = number
        file = try disk.create(TombstoneRun.name(number), byteCount: 0)
        index = RunIndex(filter: TombstoneFilter(entryCount: capacity))
    }

    /// Gives the file up.
    package func abandon() {
        disk.close(file)
        try? disk.remove(TombstoneRun.name(number))
    }

    /// Entries so far.
    package var entryCount: Int { index.entryCount }

    /// The run, once all is written.
    package var run: TombstoneRun { TombstoneRun(number: number, file: file, index: index) }

    /// What the log's state says of it.
    package var state: LogState.Run {
        LogState.Run(number: number, entryCount: index.entryCount, blockCount: index.fences.count)
    }

    /// Adds an entry, which is behind those before in the order of runs.
    package func add(_ removal: LogRemoval, _ fingerprint: Fingerprint) throws(DiskError) {
        guard let tombstone = removal.tombstone else { return }
        if block.count + RemovalCoding.byteCount(removal, previous: previous) > RunBlock.byteCount {
            try flush()
        }
        if blockEntryCount == 0 {
            previous = nil
            _ = block.extend(by: Block.headerByteCount)
            index.fences.append(fingerprint.raw)
        }
        let size = RemovalCoding.byteCount(removal, previous: previous)
        RemovalCoding.write(removal, previous: previous, to: block.extend(by: size))
        previous = removal.key.recipient
        blockEntryCount += 1
        index.add(fingerprint, keepUntilSeconds: tombstone.keepUntilSeconds)
    }

    /// Writes up to `budget` parts of the index after the last entry; returns whether all is on stable storage.
    package func finish(budget: Int) throws(DiskError) -> Bool {
        try flush()
        var left = budget
        while part < index.partCount, left > 0 {
            index.write(part: part, run: number, to: &sink)
            try disk.writeBytes(sink.bytes, to: file, at: index.offset(part: part))
            part += 1
            left -= 1
        }
        guard part == index.partCount else { return false }
        try disk.synchronize(file)
        return true
    }

    private func flush() throws(DiskError) {
        guard blockEntryCount > 0 else { return }
        let padding = RunBlock.byteCount - block.count
        block.extend(by: padding).initializeMemory(as: UInt8.self, repeating: 0)
        let place = index.fences.count - 1
        Block.seal(
            block.mutableBytes, kind: .runBlock, count: blockEntryCount,
            row: RunBlock.row(run: number, block: place))
        try disk.writeBytes(block.bytes, to: file, at: place * RunBlock.byteCount)
        block.removeAll()
        blockEntryCount = 0
    }
}
