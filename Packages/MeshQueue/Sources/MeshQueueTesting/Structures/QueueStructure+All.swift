import MeshQueueCore

extension QueueStructure {
    /// Every structure there is.
    public static let all = [segmentHeader, frame, summary, state, runBlock, runIndex]

    private static func bytes(_ write: (inout ByteSink) -> Void) -> [UInt8] {
        var sink = ByteSink()
        write(&sink)
        return Array(sink.bytes)
    }

    private static let seed = QueueSeed(word0: 11, word1: 22)

    private static let expiry: UInt32 = 1_800_000_000

    private static func key(_ number: Int, of owner: Int) -> QueueKey {
        let word = UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
        let owner = UInt64(owner + 1) &* 0xBF58_476D_1CE4_E5B9
        return QueueKey(
            recipient: QueueRecipient(word0: owner, word1: ~owner, word2: owner &* 3, word3: owner &* 5),
            id: QueueItemID(word0: word, word1: ~word))
    }

    private static func removal(_ number: Int, of owner: Int, remembered: Bool = true) -> LogRemoval {
        let proof = QueueProof((0..<number * 7 % 60).map { UInt8($0 + number) }) ?? .empty
        return LogRemoval(
            key: key(number, of: owner),
            tombstone: remembered ? LogRemoval.Tombstone(proof: proof, keepUntilSeconds: expiry) : nil)
    }

    /// One of the two copies.
    private static let segmentHeader = sample("segment header", row: 9) { sink in
        write(
            SegmentHeader(
                seed: seed, number: 9, nonce: 77, capacity: 1 << 20,
                previous: SealedSegment(number: 8, end: 40_000, summaryByteCount: 900, entryCount: 33),
                nextSequence: 500), to: &sink)
    } read: { bytes in
        let header = try SegmentHeader(bytes, number: 9)
        return { write(header, to: &$0) }
    }

    private static func write(_ header: SegmentHeader, to sink: inout ByteSink) {
        header.write(to: &sink)
        sink.truncate(to: 80)
    }

    /// A directory; the records behind it are checked one by one.
    private static let frame = sample("frame", row: 77 &+ 8_192) { sink in
        let removals = [removal(1, of: 1), removal(2, of: 1, remembered: false), removal(3, of: 2)]
        let entries = (0..<4).map { number in
            LogEntry(
                key: key(number, of: number / 2), sequence: UInt64(number) + 40, expirySeconds: expiry,
                length: UInt16(number * 300))
        }
        write(removals, entries, number: 3, nextSequence: 60, firstEntry: 7, to: &sink)
    } read: { bytes in
        let directory = try Frame.Directory(bytes, nonce: 77, offset: 8_192, room: 1 << 20)
        guard bytes.count == directory.header.directoryByteCount else {
            throw FormatError.wrongLength(got: bytes.count, expected: directory.header.directoryByteCount)
        }
        var removals: [LogRemoval] = []
        var entries: [LogEntry] = []
        directory.forEachRemoval { removals.append($0) }
        directory.forEachAppend { _, _, entry in entries.append(entry) }
        let header = directory.header
        return {
            write(
                removals, entries, number: header.number, nextSequence: header.nextSequence,
                firstEntry: header.firstEntry, to: &$0)
        }
    }

    private static func write(
        _ removals: [LogRemoval], _ entries: [LogEntry], number: UInt32, nextSequence: UInt64, firstEntry: Int,
        to sink: inout ByteSink
    ) {
        _ = sink.extend(by: Frame.headerByteCount)
        sink.append(removals)
        sink.extend(by: roundedToWord(sink.count) - sink.count).initializeMemory(as: UInt8.self, repeating: 0)
        for entry in entries { Frame.write(entry, to: sink.extend(by: Frame.appendByteCount)) }
        let header = Frame.Header(
            directoryByteCount: sink.count,
            frameByteCount: entries.reduce(sink.count) { $0 + $1.recordByteCount }, appendCount: entries.count,
            removalCount: removals.count, number: number, nextSequence: nextSequence, firstEntry: firstEntry)
        Frame.seal(sink.mutableBytes, header, nonce: 77, offset: 8_192)
    }

    private static let summary = sample("summary", row: 77 &+ 60_000) { sink in
        var writer = SegmentSummary.Writer()
        for number in 0..<5 {
            let place = LogPlace(offset: 4_096 + number * 1_000, entry: number, length: 900)
            let entry = LogEntry(
                key: key(number, of: number / 2), sequence: UInt64(number) + 1, expirySeconds: expiry, length: 900)
            writer.add(SegmentSummary.Entry(entry: entry, place: place), recipientHash: UInt64(number / 2))
        }
        writer.add(SegmentSummary.RemovalFrame(offset: 9_000, entriesBefore: 3))
        writer.write(to: &sink, nonce: 77, offset: 60_000) { _ in true }
    } read: { bytes in
        // Every field is in the bytes once, so what was read is as good as what is written for it.
        let summary = try SegmentSummary.Reader(bytes, nonce: 77, offset: 60_000)
        for number in 0..<summary.entryCount { _ = summary.entry(number) }
        for number in 0..<summary.removalFrameCount { _ = summary.removalFrame(number) }
        let copy = Array(bytes)
        return { sink in copy.withUnsafeBytes { sink.append($0) } }
    }

    private static let state = sample("state", row: 1) { sink in
        var state = LogState(seed: seed)
        state.nextSequence = 99
        state.nextSegment = 12
        state.position = LogState.Position(segment: 11, offset: 5_000)
        state.nextRun = 7
        state.runs = [LogState.Run(number: 4, entryCount: 100, blockCount: 2)]
        state.segments = [3, 11].map { number in
            LogState.Segment(
                number: number, nonce: number * 5, capacity: 65_536, end: 8_000, summaryByteCount: 20,
                entryCount: 70, dead: [number, 1])
        }
        state.write(to: &sink)
    } read: { bytes in
        let state = try LogState(bytes)
        return { state.write(to: &$0) }
    }

    private static let runBlock = sample("run block", row: RunBlock.row(run: 3, block: 2)) { sink in
        write((0..<6).map { removal($0, of: $0 / 2) }, byteCount: 600, to: &sink)
    } read: { bytes in
        var removals: [LogRemoval] = []
        try RunBlock.read(bytes, row: RunBlock.row(run: 3, block: 2)) { removal in
            removals.append(removal)
            return true
        }
        let byteCount = bytes.count
        return { write(removals, byteCount: byteCount, to: &$0) }
    }

    private static func write(_ removals: [LogRemoval], byteCount: Int, to sink: inout ByteSink) {
        _ = sink.extend(by: Block.headerByteCount)
        sink.append(removals)
        sink.extend(by: max(0, byteCount - sink.count)).initializeMemory(as: UInt8.self, repeating: 0)
        Block.seal(
            sink.mutableBytes, kind: .runBlock, count: removals.count, row: RunBlock.row(run: 3, block: 2))
    }

    private static let runIndex = sample("run index", row: RunBlock.row(run: 3, block: 0x8000_0000)) { sink in
        var index = RunIndex(filter: TombstoneFilter(entryCount: 100))
        for number in 0..<100 as Range<UInt64> {
            index.add(Fingerprint(raw: number * 77), keepUntilSeconds: expiry + UInt32(number) * 5_000)
        }
        index.fences = [0, 5, 9]
        index.write(part: 0, run: 3, to: &sink)
    } read: { bytes in
        var stream: ContiguousArray<UInt64> = []
        try RunIndex.read(bytes, run: 3, part: 0, into: &stream)
        let index = try RunIndex(stream: stream)
        return { index.write(part: 0, run: 3, to: &$0) }
    }

    private static func sample(
        _ name: String, row: UInt64, write: (inout ByteSink) -> Void,
        read: @escaping @Sendable (UnsafeRawBufferPointer) throws -> (inout ByteSink) -> Void
    ) -> QueueStructure {
        QueueStructure(name: name, sample: bytes(write), row: row) { input in
            do {
                return bytes(try input.withUnsafeBytes { try read($0) })
            } catch {
                precondition(error is FormatError, "refused without a name: \(error)")
                return nil
            }
        }
    }
}

extension ByteSink {
    /// Removals one behind the other, as frames and runs have them.
    fileprivate mutating func append(_ removals: [LogRemoval]) {
        var previous: QueueRecipient?
        for removal in removals {
            let byteCount = RemovalCoding.byteCount(removal, previous: previous)
            RemovalCoding.write(removal, previous: previous, to: extend(by: byteCount))
            previous = removal.key.recipient
        }
    }
}
