/// What memory holds of a run: the first fingerprint of each page, and a filter.
///
/// On disk behind the run's pages, in parts of up to 32 KiB, as one stream of u64:
/// entries, pages, filter words, first fingerprints, filter.
package struct RunSummary: Sendable, Hashable {
    /// Entries of the run.
    package var entryCount: Int
    /// The first fingerprint of each page.
    package var fences: ContiguousArray<UInt64>
    /// Which fingerprints may be in the run.
    package var filter: TombstoneFilter

    package init(entryCount: Int, fences: ContiguousArray<UInt64>, filter: TombstoneFilter) {
        self.entryCount = entryCount
        self.fences = fences
        self.filter = filter
    }

    /// Parts begin at this page number, far above the pages themselves.
    static let firstPartPage = 0x8000_0000
    /// 4,080 words a part: 32 KiB with the frame, within 4 pages of the database.
    static let wordsPerPart = 4_080
    /// 2³¹ entries, more than memory has room for; larger claims are damage.
    static let maximumEntries: UInt64 = 1 << 31

    /// The key of a part.
    package static func row(run: UInt64, part: Int) -> UInt64 { RunPage.row(run: run, page: firstPartPage + part) }

    /// Which pages may hold this fingerprint: the last one that begins below it, on to the last one that begins at it.
    package func pages(of fingerprint: UInt64) -> Range<Int> {
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

    /// How many parts the summary takes on disk.
    package var partCount: Int { (3 + fences.count + filter.words.count + Self.wordsPerPart - 1) / Self.wordsPerPart }

    /// Writes one part into `sink`, replacing what it held.
    package func write(part: Int, run: UInt64, to sink: inout ByteSink) {
        let start = part * Self.wordsPerPart
        let end = min(3 + fences.count + filter.words.count, start + Self.wordsPerPart)
        sink.removeAll()
        let bytes = sink.extend(by: Block.headerByteCount + (end - start) * 8)
        for position in start..<end {
            bytes.store(word(at: position), at: Block.headerByteCount + (position - start) * 8)
        }
        Block.seal(bytes, kind: .runSummary, count: end - start, row: Self.row(run: run, part: part))
    }

    private func word(at position: Int) -> UInt64 {
        switch position {
        case 0: UInt64(entryCount)
        case 1: UInt64(fences.count)
        case 2: UInt64(filter.words.count)
        case ..<(3 + fences.count): fences[position - 3]
        default: filter.words[position - 3 - fences.count]
        }
    }

    /// Adds the words of an undamaged part to `stream`.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, row: UInt64, into stream: inout ContiguousArray<UInt64>
    ) throws(FormatError) {
        let block = try Block.open(bytes, kind: .runSummary, row: row)
        guard block.count <= wordsPerPart else { throw .tooMany(got: block.count, limit: wordsPerPart) }
        try Block.expect(block.body, byteCount: block.count * 8)
        for number in 0..<block.count { stream.append(block.body.integer(at: number * 8, as: UInt64.self)) }
    }

    /// The summary in a complete stream.
    package init(stream: ContiguousArray<UInt64>) throws(FormatError) {
        guard stream.count >= 3 else { throw .wrongLength(got: stream.count * 8, expected: 24) }
        let counts = (entries: stream[0], pages: stream[1], words: stream[2])
        guard counts.entries <= Self.maximumEntries, counts.pages <= counts.entries else {
            throw .invalidField("entries")
        }
        guard counts.words <= UInt64(stream.count), UInt64(stream.count) == 3 + counts.pages + counts.words else {
            throw .invalidField("words")
        }
        let fencesEnd = 3 + Int(counts.pages)
        guard let filter = TombstoneFilter(words: ContiguousArray(stream[fencesEnd...])) else {
            throw .invalidField("filter")
        }
        self.init(
            entryCount: Int(counts.entries), fences: ContiguousArray(stream[3..<fencesEnd]), filter: filter)
    }
}
