/// A run on disk, and what memory holds of it. It never changes.
package struct TombstoneRun: Sendable {
    package let number: UInt64
    package let file: DiskFile
    package let index: RunIndex

    package init(number: UInt64, file: DiskFile, index: RunIndex) {
        self.number = number
        self.file = file
        self.index = index
    }

    /// The name of its file.
    package static func name(_ number: UInt64) -> String { "run-\(number)" }

    /// 16 × as many entries make a tier: runs of a tier are merged together, so that large ones aren't written again for
    /// the sake of small ones.
    package var tier: Int { (Int.bitWidth - index.entryCount.leadingZeroBitCount) / 4 }
}

/// Reads blocks of runs into memory of its own. A block that has rotted has no entries, and is told of: what it would
/// have stopped is at worst shown to somebody who knows it already, while a commit that failed by it would fail for good.
package struct RunReader: ~Copyable {
    private let disk: any Disk
    private let damage: RunDamage
    private let buffer: UnsafeMutableRawBufferPointer

    package init(_ disk: any Disk, damage: RunDamage) {
        self.disk = disk
        self.damage = damage
        buffer = .allocate(byteCount: RunBlock.byteCount, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// What is remembered of an id after `nowSeconds`, according to some runs.
    package func find(
        _ key: QueueKey, _ fingerprint: Fingerprint, in runs: some Sequence<TombstoneRun>, nowSeconds: UInt32
    ) throws(QueueError) -> LogRemoval.Tombstone? {
        for run in runs {
            for block in run.index.blocks(of: fingerprint.raw) {
                var found: LogRemoval.Tombstone?
                try read(run, block: block) { removal in
                    if removal.key == key, let tombstone = removal.tombstone, tombstone.keepUntilSeconds > nowSeconds {
                        found = tombstone
                    }
                    return found == nil
                }
                if let found { return found }
            }
        }
        return nil
    }

    /// Calls `body` with the removals of a block until it returns false.
    package func read(
        _ run: TombstoneRun, block: Int, _ body: (LogRemoval) -> Bool
    ) throws(QueueError) {
        let name = TombstoneRun.name(run.number)
        let count: Int
        do throws(DiskError) {
            count = try disk.readBytes(into: buffer, from: run.file, at: block * RunBlock.byteCount)
        } catch {
            throw error.queueError(file: disk.location + name)
        }
        do throws(FormatError) {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            guard count == RunBlock.byteCount else { throw .wrongLength(got: count, expected: RunBlock.byteCount) }
            try RunBlock.read(bytes, row: RunBlock.row(run: run.number, block: block), body)
        } catch {
            damage.note(run, block: block, error)
        }
    }
}
