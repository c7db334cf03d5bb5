/// What memory holds of a run: the first fingerprint of each block, a filter, and how many of its tombstones end when.
///
/// On disk behind the run's blocks, in parts of up to 32 KiB, as one stream of u64: entries, blocks, filter words, days,
/// then per day (86,400 s since 1970) day · 2³² + number of tombstones kept until some time of that day, first
/// fingerprints, filter.
package struct RunIndex: Sendable, Hashable {
    /// Entries of the run.
    package var entryCount = 0
    /// The first fingerprint of each block.
    package var fences: ContiguousArray<UInt64> = []
    /// How many tombstones are kept until a day.
    package var days: [UInt32: Int] = [:]
    /// Which fingerprints may be in the run.
    package var filter: TombstoneFilter

    package init(filter: TombstoneFilter) { self.filter = filter }

    /// 4,080 words a part: 32 KiB with the frame.
    static let wordsPerPart = 4_080
    static let fixedWords = 4
    /// Seconds of a day.
    static let secondsPerDay: UInt32 = 86_400
    /// Parts count as blocks from here on, far above the blocks themselves.
    static let firstPartBlock = 0x8000_0000

    /// Notes an entry that was added to the run.
    package mutating func add(_ fingerprint: Fingerprint, keepUntilSeconds: UInt32) {
        entryCount += 1
        filter.insert(fingerprint)
        days[keepUntilSeconds / Self.secondsPerDay, default: 0] += 1
    }

    /// How many entries are past their time for certain.
    package func pastCount(nowSeconds: UInt32) -> Int {
        days.reduce(0) { $1.key < nowSeconds / Self.secondsPerDay ? $0 + $1.value : $0 }
    }

    /// Which blocks may hold this fingerprint: the last one that begins below it, on to the last one that begins at it.
    package func blocks(of fingerprint: UInt64) -> Range<Int> {
        var low = 0
        var high = fences.count
        while low < high {
            let middle = (low + high) / 2
            if fences[middle] < fingerprint { low = middle + 1 } else { high = middle }
        }
        var end = low
        while end < fences.count, fences[end] == fingerprint { end += 1 }
        return max(0, low - 1)..<max(end, min(1, fences.count))
    }
}

extension RunIndex {
    private var wordCount: Int { Self.fixedWords + days.count + fences.count + filter.words.count }

    /// How many parts the index takes on disk.
    package var partCount: Int { (wordCount + Self.wordsPerPart - 1) / Self.wordsPerPart }

    /// Where a part begins in the run's file.
    package func offset(part: Int) -> Int {
        fences.count * RunBlock.byteCount + part * (Block.headerByteCount + Self.wordsPerPart * 8)
    }

    /// Writes one part into `sink`, replacing what it held.
    package func write(part: Int, run: UInt64, to sink: inout ByteSink) {
        let words = [UInt64(entryCount), UInt64(fences.count), UInt64(filter.words.count), UInt64(days.count)]
        let head = words + days.sorted { $0.key < $1.key }.map { UInt64($0.key) << 32 | UInt64($0.value) }
        let start = part * Self.wordsPerPart
        let end = min(wordCount, start + Self.wordsPerPart)
        sink.removeAll()
        let bytes = sink.extend(by: Block.headerByteCount + (end - start) * 8)
        for position in start..<end {
            bytes.store(word(at: position, head), at: Block.headerByteCount + (position - start) * 8)
        }
        Block.seal(bytes, kind: .runIndex, count: end - start, row: Self.row(run: run, part: part))
    }

    private func word(at position: Int, _ head: [UInt64]) -> UInt64 {
        if position < head.count { return head[position] }
        let fence = position - head.count
        return fence < fences.count ? fences[fence] : filter.words[fence - fences.count]
    }

    private static func row(run: UInt64, part: Int) -> UInt64 { RunBlock.row(run: run, block: firstPartBlock + part) }

    /// Adds the words of an undamaged part to `stream`; returns false if it was the last.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, run: UInt64, part: Int, into stream: inout ContiguousArray<UInt64>
    ) throws(FormatError) {
        let block = try Block.open(bytes, kind: .runIndex, row: row(run: run, part: part))
        guard block.count <= wordsPerPart else { throw .tooMany(got: block.count, limit: wordsPerPart) }
        try Block.expect(block.body, byteCount: block.count * 8)
        for number in 0..<block.count { stream.append(block.body.integer(at: number * 8, as: UInt64.self)) }
    }

    /// Bytes of a part that may hold this many words more.
    package static func partByteCount(words: Int) -> Int {
        Block.headerByteCount + min(words, wordsPerPart) * 8
    }

    /// How many words a stream has that begins so; nil if it is too short to say.
    package static func wordCount(of stream: ContiguousArray<UInt64>) -> Int? {
        guard stream.count >= fixedWords, stream[..<fixedWords].allSatisfy({ $0 < 1 << 40 }) else { return nil }
        return fixedWords + Int(stream[1] + stream[2] + stream[3])
    }

    /// The index in a complete stream.
    package init(stream: ContiguousArray<UInt64>) throws(FormatError) {
        guard let count = Self.wordCount(of: stream), count == stream.count else { throw .invalidField("words") }
        let daysEnd = Self.fixedWords + Int(stream[3])
        let fencesEnd = daysEnd + Int(stream[1])
        guard let filter = TombstoneFilter(words: ContiguousArray(stream[fencesEnd...])) else {
            throw .invalidField("filter")
        }
        guard stream[0] <= UInt64(Int32.max), stream[1] <= stream[0] else { throw .invalidField("entries") }
        self.init(filter: filter)
        entryCount = Int(stream[0])
        fences = ContiguousArray(stream[daysEnd..<fencesEnd])
        var last: UInt64?
        for word in stream[Self.fixedWords..<daysEnd] {
            guard last.map({ $0 < word >> 32 }) ?? true else { throw .invalidField("days") }
            last = word >> 32
            days[UInt32(word >> 32)] = Int(word & 0xFFFF_FFFF)
        }
        guard days.values.reduce(0, +) == entryCount else { throw .invalidField("days") }
    }
}
