// Segments: which there are, where each ends, what lives in them.

/// A segment to be loaded.
private struct Candidate {
    var number: UInt64
    var file: DiskFile
    var header: SegmentHeader?
    var listed: LogState.Segment?

    var name: String { SegmentRecord.name(number) }
}

/// How far a segment's frames go.
private enum SegmentEnd {
    /// As far as the next segment, or the state, says.
    case known(SealedSegment)
    /// As far as there are frames: it was the last one.
    case open
}

extension LogLoader {
    mutating func loadSegments(_ names: FileNames) throws(QueueError) {
        let listed = Dictionary(uniqueKeysWithValues: loaded.state.segments.map { ($0.number, $0) })
        var candidates: [Candidate] = []
        for number in names.segments where number >= loaded.state.nextSegment || listed[number] != nil {
            if let candidate = try open(number, listed: listed[number]) { candidates.append(candidate) }
            loaded.nextSegment = max(loaded.nextSegment, number + 1)
        }
        for segment in loaded.state.segments where !names.segments.contains(segment.number) {
            lose(SegmentRecord.name(segment.number), "it is missing")
        }
        for (place, candidate) in candidates.enumerated() {
            let isLast = place == candidates.count - 1
            let next = isLast ? nil : candidates[place + 1].header?.previous
            try load(candidate, end(of: candidate, next: next), isLast: isLast)
        }
        for number in names.segments where number < loaded.state.nextSegment && listed[number] == nil {
            // Nothing lived in it when the state was written.
            try? disk.remove(SegmentRecord.name(number))
        }
    }

    private mutating func open(
        _ number: UInt64, listed: LogState.Segment?
    ) throws(QueueError) -> Candidate? {
        let name = SegmentRecord.name(number)
        do throws(DiskError) {
            let file = try disk.openExisting(name)
            let block = try buffer.read(SegmentHeader.byteCount, from: file, at: 0, disk: disk)
            var candidate = Candidate(number: number, file: file, header: nil, listed: listed)
            do throws(FormatError) {
                let header = try SegmentHeader(block: block, number: number)
                guard header.seed == loaded.state.seed else { throw .invalidField("seed") }
                candidate.header = header
            } catch {
                lose(name, "its header \(error)")
                if listed == nil {
                    // Without its nonce nothing in it can be told from what stood there before.
                    disk.close(file)
                    try? disk.rename(name, to: "damaged-\(name)")
                    return nil
                }
            }
            return candidate
        } catch {
            throw error.queueError(file: disk.location + name)
        }
    }

    /// Where a segment ends: the next one says it; else the state, unless frames may have followed.
    private func end(of candidate: Candidate, next: SealedSegment?) -> SegmentEnd {
        if let next, next.number == candidate.number { return .known(next) }
        guard let listed = candidate.listed else { return .open }
        if candidate.number == loaded.state.position.segment { return .open }
        return .known(
            SealedSegment(
                number: listed.number, end: listed.end, summaryByteCount: listed.summaryByteCount,
                entryCount: listed.entryCount))
    }

    private mutating func load(_ candidate: Candidate, _ end: SegmentEnd, isLast: Bool) throws(QueueError) {
        guard let nonce = candidate.header?.nonce ?? candidate.listed?.nonce,
            let capacity = candidate.header?.capacity ?? candidate.listed?.capacity
        else { return }
        var record = SegmentRecord(
            number: candidate.number, nonce: nonce, file: candidate.file, capacity: capacity,
            end: SegmentHeader.byteCount)
        loaded.nextSequence = max(loaded.nextSequence, candidate.header?.nextSequence ?? 1)
        record.isListed = candidate.listed != nil
        if let listed = candidate.listed {
            record.dead = listed.dead
            record.entryCount = listed.entryCount
        }
        guard let handle = loaded.memory.index.segments.add(record) else {
            throw .damaged(
                file: disk.location + candidate.name, detail: "there are more than \(LogState.maximumSegments) segments"
            )
        }
        var replay = Replay(
            handle: handle, nonce: nonce, capacity: capacity, name: candidate.name, file: candidate.file,
            removalsFrom: removalsStart(in: candidate.number))
        if isLast { loaded.summarize { $0.removeAll() } }
        replay.isSummarized = isLast
        switch end {
        case .known(let sealed): try loadSealed(sealed, replay)
        case .open: try loadOpen(replay, isLast: isLast)
        }
    }

    /// Removals before this offset are in the state's dead bits and runs.
    private func removalsStart(in number: UInt64) -> Int {
        let position = loaded.state.position
        return number < position.segment ? .max : number == position.segment ? position.offset : 0
    }

    private mutating func loadSealed(_ sealed: SealedSegment, _ replay: Replay) throws(QueueError) {
        loaded.memory.index.segments[replay.handle].end = sealed.end
        loaded.memory.index.segments[replay.handle].summaryByteCount = sealed.summaryByteCount
        if sealed.summaryByteCount > 0, !replay.isSummarized {
            do throws(FormatError) {
                return try loadSummary(sealed, replay)
            } catch {
                // The frames say the same.
                report(.partLost(file: replay.name, detail: "its summary \(error); nothing is missing by that"))
            }
        }
        let found = frames(of: replay, end: sealed.end)
        replayFrames(replay, found)
        if replay.isSummarized { becomeHead(replay, end: sealed.end, frames: found.count) }
    }

    private mutating func loadOpen(_ replay: Replay, isLast: Bool) throws(QueueError) {
        readFailure = nil
        var found = frames(of: replay, end: nil)
        do throws(DiskError) {
            // Where the end is can't be told from what can't be read.
            if let readFailure { throw readFailure }
            // The last one may have been on its way: then it counts only if it came whole.
            if let last = found.last, try !settle(last, replay) { found.removeLast() }
        } catch {
            throw error.queueError(file: disk.location + replay.name)
        }
        let end = found.last.map { $0.offset + $0.header.frameByteCount } ?? SegmentHeader.byteCount
        loaded.memory.index.segments[replay.handle].end = end
        replayFrames(replay, found)
        if isLast { becomeHead(replay, end: end, frames: found.count) }
    }

    /// The last segment is sealed when the next is started: commit numbers begin anew with each opening.
    private func becomeHead(_ replay: Replay, end: Int, frames: Int) {
        loaded.head = LogStore.Head(
            handle: replay.handle, offset: end, frames: UInt32(frames), acceptsFrames: false, acceptsSummary: true)
    }
}

/// A segment being read.
fileprivate struct Replay {
    let handle: UInt16
    let nonce: UInt64
    let capacity: Int
    let name: String
    let file: DiskFile
    let removalsFrom: Int
    /// Whether what is found is added to the summary of the last segment.
    var isSummarized = false
}

/// A frame whose directory is sound.
private struct FoundFrame {
    var offset: Int
    var header: Frame.Header
}

// MARK: Summaries

extension LogLoader {
    private mutating func loadSummary(_ sealed: SealedSegment, _ replay: Replay) throws(FormatError) {
        let box = ByteSinkBox()
        guard let bytes = try? box.read(sealed.summaryByteCount, from: replay.file, at: sealed.end, disk: disk) else {
            throw .wrongLength(got: 0, expected: sealed.summaryByteCount)
        }
        let summary = try SegmentSummary.Reader(bytes, nonce: replay.nonce, offset: sealed.end)
        let listedDead = beginEntries(of: replay.handle, count: sealed.entryCount)
        var next = 0
        for number in 0..<summary.removalFrameCount {
            let frame = summary.removalFrame(number)
            guard frame.offset >= replay.removalsFrom else { continue }
            while next < summary.entryCount, summary.entry(next).place.entry < frame.entriesBefore {
                insert(summary.entry(next), replay, unlessIn: listedDead)
                next += 1
            }
            try applyRemovals(of: replay, at: frame.offset)
        }
        while next < summary.entryCount {
            insert(summary.entry(next), replay, unlessIn: listedDead)
            next += 1
        }
        withExtendedLifetime(box) {}
    }

    private func insert(_ entry: SegmentSummary.Entry, _ replay: Replay, unlessIn dead: DeadEntries) {
        if !dead.contains(entry.place.entry) { insert(entry.entry, entry.place, replay) }
    }

    /// Takes all entries of a segment for dead, until they are found; returns which ones the state says to be dead: those
    /// were removed before the position that removals are read from.
    private func beginEntries(of handle: UInt16, count: Int) -> DeadEntries {
        let record = loaded.memory.index.segments[handle]
        let words = (max(count, record.entryCount) + 63) / 64
        loaded.memory.index.segments[handle].dead = ContiguousArray(repeating: .max, count: words)
        loaded.memory.index.segments[handle].entryCount = max(count, record.entryCount)
        return DeadEntries(words: record.dead)
    }

    private struct DeadEntries {
        let words: ContiguousArray<UInt64>

        func contains(_ entry: Int) -> Bool {
            entry / 64 < words.count && words[entry / 64] >> UInt64(entry % 64) & 1 == 1
        }
    }

    private mutating func applyRemovals(of replay: Replay, at offset: Int) throws(FormatError) {
        guard let directory = try directory(of: replay, at: offset) else { throw .checksumMismatch }
        directory.forEachRemoval { remove($0) }
    }
}

// MARK: Frames

extension LogLoader {
    /// All frames whose directories are sound, up to `end` or as far as there are any. A gap between them is rot, since
    /// each was on stable storage before the next was written.
    private mutating func frames(of replay: Replay, end: Int?) -> [FoundFrame] {
        var found: [FoundFrame] = []
        var offset = SegmentHeader.byteCount
        while offset < end ?? replay.capacity {
            let directory = try? directory(of: replay, at: offset)
            if let header = directory?.header, header.number > found.last?.header.number ?? 0 {
                found.append(FoundFrame(offset: offset, header: header))
                offset += header.frameByteCount
                continue
            }
            guard let next = nextFrame(of: replay, behind: offset, end: end ?? replay.capacity) else {
                if end != nil { lose(replay.name, "frames from \(offset) on can't be read") }
                break
            }
            lose(replay.name, "frames from \(offset) to \(next) can't be read")
            offset = next
        }
        return found
    }

    /// The directory of the frame at an offset; nil if the disk doesn't give it. It is in `buffer`: use it at once.
    private mutating func directory(of replay: Replay, at offset: Int) throws(FormatError) -> Frame.Directory? {
        let room = replay.capacity - offset
        guard room >= Frame.headerByteCount, let head = read(Self.firstRead, of: replay, at: offset, buffer) else {
            return nil
        }
        let header = try Frame.Header(head, nonce: replay.nonce, room: room)
        if header.directoryByteCount <= head.count {
            return try Frame.Directory(head, nonce: replay.nonce, offset: offset, room: room)
        }
        guard let whole = read(header.directoryByteCount, of: replay, at: offset, buffer) else { return nil }
        return try Frame.Directory(whole, nonce: replay.nonce, offset: offset, room: room)
    }

    /// Bytes of a segment; nil, with the reason noted, if the disk doesn't give them.
    private mutating func read(
        _ byteCount: Int, of replay: Replay, at offset: Int, _ box: ByteSinkBox
    ) -> UnsafeRawBufferPointer? {
        do throws(DiskError) {
            return try box.read(byteCount, from: replay.file, at: offset, disk: disk)
        } catch {
            readFailure = error
            return nil
        }
    }

    /// 4 KiB: the directory of most frames.
    private static let firstRead = 4_096
    /// 64 KiB of a segment are searched for a frame at a time.
    private static let searched = 1 << 16

    /// Where the next sound frame stands.
    private mutating func nextFrame(of replay: Replay, behind start: Int, end: Int) -> Int? {
        let magic = Frame.magic(replay.nonce)
        let box = ByteSinkBox()
        var base = start + 8
        while base < end {
            guard let bytes = read(Self.searched, of: replay, at: base, box), bytes.count >= 12 else { return nil }
            var place = 0
            while place + 12 <= bytes.count {
                let isCandidate = bytes.integer(at: place + 8, as: UInt32.self) == magic && base + place < end
                if isCandidate, let directory = try? directory(of: replay, at: base + place) {
                    if directory.header.number > 0 { return base + place }
                }
                place += 8
            }
            base += place
        }
        return nil
    }

    /// Whether all records of the last frame are as they were written; then it is written again and put on stable
    /// storage. For if an earlier process failed to do that, the system shows bytes that the disk never got.
    private func settle(_ frame: FoundFrame, _ replay: Replay) throws(DiskError) -> Bool {
        let box = ByteSinkBox()
        let bytes = try box.read(frame.header.frameByteCount, from: replay.file, at: frame.offset, disk: disk)
        guard bytes.count == frame.header.frameByteCount,
            let directory = try? Frame.Directory(
                bytes, nonce: replay.nonce, offset: frame.offset, room: replay.capacity - frame.offset)
        else { return false }
        var isWhole = true
        directory.forEachAppend { _, offset, entry in
            let record = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + entry.recordByteCount])
            if !LogRecord.isIntact(record, length: Int(entry.length), sequence: entry.sequence) { isWhole = false }
        }
        guard isWhole else { return false }
        try disk.writeBytes(box.sink.bytes, to: replay.file, at: frame.offset)
        try disk.synchronize(replay.file)
        return true
    }

    private mutating func replayFrames(_ replay: Replay, _ frames: [FoundFrame]) {
        let count = frames.last.map { $0.header.firstEntry + $0.header.appendCount } ?? 0
        let listedDead = beginEntries(of: replay.handle, count: count)
        for frame in frames {
            guard let directory = try? directory(of: replay, at: frame.offset) else { continue }
            let first = frame.header.firstEntry
            if frame.offset >= replay.removalsFrom { directory.forEachRemoval { remove($0) } }
            if replay.isSummarized, frame.header.removalCount > 0 {
                loaded.summarize { $0.add(SegmentSummary.RemovalFrame(offset: frame.offset, entriesBefore: first)) }
            }
            directory.forEachAppend { number, offset, entry in
                let place = LogPlace(offset: frame.offset + offset, entry: first + number, length: Int(entry.length))
                insert(SegmentSummary.Entry(entry: entry, place: place), replay, unlessIn: listedDead)
                if replay.isSummarized {
                    let hash = loaded.state.seed.hash(entry.key.recipient)
                    loaded.summarize { $0.add(SegmentSummary.Entry(entry: entry, place: place), recipientHash: hash) }
                }
            }
            loaded.nextSequence = max(loaded.nextSequence, frame.header.nextSequence)
        }
    }
}

// MARK: The index

extension LogLoader {
    /// Adds a message, or says that it now lies here.
    private func insert(_ entry: LogEntry, _ place: LogPlace, _ replay: Replay) {
        let memory = loaded.memory
        let hash = memory.index.seed.hash(entry.key.recipient)
        let fingerprint = memory.index.seed.fingerprint(recipientHash: hash, id: entry.key.id)
        loaded.nextSequence = max(loaded.nextSequence, entry.sequence + 1)
        if let slot = memory.index.find(entry.key, fingerprint) {
            if memory.index.slot(slot).sequence == entry.sequence {
                return memory.index.move(slot, to: replay.handle, place)
            }
            memory.index.remove(slot)
        }
        memory.index.insert(entry, recipientHash: hash, fingerprint, segment: replay.handle, place: place)
    }

    private func remove(_ removal: LogRemoval) {
        let memory = loaded.memory
        let fingerprint = memory.index.seed.fingerprint(removal.key.recipient, removal.key.id)
        if let slot = memory.index.find(removal.key, fingerprint) { memory.index.remove(slot) }
        if removal.tombstone != nil { memory.recent.insert(removal, fingerprint) }
    }
}
