import MeshQueueCore

extension SampleBlock {
    static let all = [chunkMeta, journal, runPage, runSummary, deadPage, state]

    private static func bytes(_ write: (inout ByteSink) -> Void) -> [UInt8] {
        var sink = ByteSink()
        write(&sink)
        return Array(sink.bytes)
    }

    private static let chunkMeta = sample("chunk meta", row: 77) { entries in
        writeMeta(
            (0..<4).map { number in
                ChunkMeta.Entry(
                    sequence: UInt64(number) + 1, recipient: recipient(number), id: itemID(number),
                    expirySeconds: later, length: UInt16(number * 300))
            }, to: &entries)
    } read: { bytes in
        var entries: [ChunkMeta.Entry] = []
        try ChunkMeta.read(bytes, row: 77) { _, _, entry in entries.append(entry) }
        return { writeMeta(entries, to: &$0) }
    }

    private static func writeMeta(_ entries: [ChunkMeta.Entry], to sink: inout ByteSink) {
        _ = sink.extend(by: Block.headerByteCount)
        for entry in entries { ChunkMeta.write(entry, to: &sink) }
        Block.seal(sink.mutableBytes, kind: .chunkMeta, count: entries.count, row: 77)
    }

    private static let journal = sample("journal", row: 1 << 40 | 5) { sink in
        let deaths = [Journal.Death(chunkRow: 9, entry: 3), Journal.Death(chunkRow: 10, entry: Journal.wholeChunk)]
        let tombstones = (0..<5).map { number in
            Journal.Tombstone(
                recipient: recipient(number / 2), id: itemID(number), keepUntilSeconds: later, proof: proof(number))
        }
        Journal.write(
            counters: Journal.Counters(nextSequence: 12, nextChunk: 11), deaths: deaths[...],
            tombstones: tombstones[...], row: 1 << 40 | 5, to: &sink)
    } read: { bytes in
        let row = try Journal.read(bytes, row: 1 << 40 | 5)
        var deaths: [Journal.Death] = []
        var tombstones: [Journal.Tombstone] = []
        row.forEachDeath { deaths.append($0) }
        row.forEachTombstone { tombstones.append($1) }
        let counters = row.counters
        return {
            Journal.write(
                counters: counters, deaths: deaths[...], tombstones: tombstones[...], row: 1 << 40 | 5, to: &$0)
        }
    }

    private static let runPage = sample("run page", row: 3 << 32) { sink in
        let entries = (0..<20).map { TombstoneEntry(fingerprint: UInt64($0) / 2 * 1_000_003, locator: UInt64($0) + 1) }
        RunPage.write(entries[...], row: 3 << 32, to: &sink)
    } read: { bytes in
        let entries = try RunPage.read(bytes, row: 3 << 32)
        return { RunPage.write(entries[...], row: 3 << 32, to: &$0) }
    }

    private static let runSummary = sample("run summary", row: RunSummary.row(run: 3, part: 0)) { sink in
        var filter = TombstoneFilter(entryCount: 100)
        for number in 0..<100 { filter.insert(Fingerprint(raw: UInt64(number) * 77)) }
        RunSummary(entryCount: 100, fences: [0, 5, 9], filter: filter).write(part: 0, run: 3, to: &sink)
    } read: { bytes in
        var stream: ContiguousArray<UInt64> = []
        try RunSummary.read(bytes, row: RunSummary.row(run: 3, part: 0), into: &stream)
        let summary = try RunSummary(stream: stream)
        return { summary.write(part: 0, run: 3, to: &$0) }
    }

    private static let deadPage = sample("dead page", row: 1 << 32) { sink in
        let entries = (0..<8).map {
            DeadPage.Entry(chunkRow: UInt64($0), dead: DeadEntries(low: UInt64($0), high: .max))
        }
        DeadPage.write(entries, row: 1 << 32, to: &sink)
    } read: { bytes in
        let entries = try DeadPage.read(bytes, row: 1 << 32)
        return { DeadPage.write(entries, row: 1 << 32, to: &$0) }
    }

    private static let state = sample("state", row: StateBlock.row) { sink in
        var state = StateBlock(seed: QueueSeed(word0: 1, word1: 2))
        state.nextSequence = 99
        state.write(to: &sink)
    } read: { bytes in
        let state = try StateBlock(bytes)
        return { state.write(to: &$0) }
    }

    private static func sample(
        _ name: String, row: UInt64, write: (inout ByteSink) -> Void,
        read: @escaping @Sendable (UnsafeRawBufferPointer) throws -> (inout ByteSink) -> Void
    ) -> SampleBlock {
        SampleBlock(testDescription: name, row: row, bytes: bytes(write)) { input in
            do {
                return bytes(try input.withUnsafeBytes { try read($0) })
            } catch {
                precondition(error is FormatError, "refused without a name: \(error)")
                return nil
            }
        }
    }
}
