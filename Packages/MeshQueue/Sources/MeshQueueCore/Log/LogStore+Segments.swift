/// Files set aside for segments to come.
struct Spares {
    /// A file, and how many bytes may be used of it.
    struct Spare {
        var name: String
        var capacity: Int
    }

    var files: [Spare] = []
    var nextNumber = 1

    var byteCount: Int { files.reduce(0) { $0 + $1.capacity } }

    static let prefix = "spare-"

    mutating func takeName() -> String {
        defer { nextNumber += 1 }
        return "\(Self.prefix)\(nextNumber)"
    }

    /// Takes the smallest that is large enough out of the list.
    mutating func take(atLeast capacity: Int) -> Spare? {
        let fitting = files.indices.filter { files[$0].capacity >= capacity }
        guard let best = fitting.min(by: { files[$0].capacity < files[$1].capacity }) else { return nil }
        return files.remove(at: best)
    }
}

/// Draws numbers that are different each time.
struct NonceSource {
    private var state: UInt64

    init(_ random: UInt64) { state = random }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

extension LogStore {
    /// Sees to it that the head has room for a frame and for its summary behind it.
    ///
    /// - Parameter usesReserve: Whether it may take what is kept for removals and copies, which make room in the end.
    func makeRoom(for frame: FrameBuilder.Size, usesReserve: Bool) throws(QueueError) {
        guard frame.appends <= Frame.maximumAppends else { throw .tooManyPending(limit: Frame.maximumAppends) }
        if !usesReserve { try keepReserve() }
        if let head, head.acceptsFrames {
            let segment = headSegment
            let end = head.offset + frame.byteCount + summary.byteCount(adding: frame.appends)
            if end <= segment.capacity, segment.entryCount + frame.appends <= Frame.maximumAppends { return }
        }
        try startSegment(forFrame: frame.byteCount, appends: frame.appends, usesReserve: usesReserve)
    }

    /// Starts a segment in place of the head, with room for a frame.
    func startSegment(forFrame byteCount: Int, appends: Int, usesReserve: Bool) throws(QueueError) {
        let needed =
            SegmentHeader.byteCount + byteCount
            + SegmentSummary.byteCount(recipients: appends, entries: appends, removalFrames: 1)
        guard needed <= SegmentHeader.maximumCapacity else { throw .tooManyPending(limit: Frame.maximumAppends) }
        let previous = sealHead() ?? lastSealed
        let file = try takeFile(atLeast: needed, usesReserve: usesReserve)
        let number = nextSegment
        let header = SegmentHeader(
            seed: memory.index.seed, number: number, nonce: nonces.next(), capacity: file.capacity,
            previous: previous, nextSequence: nextSequence)
        try name(file.file, file.name, header)
        let record = SegmentRecord(
            number: number, nonce: header.nonce, file: file.file, capacity: file.capacity,
            end: SegmentHeader.byteCount)
        var handle: UInt16?
        gate.change { handle = memory.index.segments.add(record) }
        guard let handle else { throw .tooManyPending(limit: LogState.maximumSegments) }
        head = Head(
            handle: handle, offset: SegmentHeader.byteCount, frames: 0, acceptsFrames: true, acceptsSummary: true)
        lastSealed = nil
        summary.removeAll()
        beginNumbers(ofSegment: number)
    }

    /// Writes the summary of the head behind its frames, if it is worth it; returns what the next segment is to say of it.
    /// Without one, also where it can't be written, start-up reads the directories of the frames.
    func sealHead() -> SealedSegment? {
        guard let head else { return nil }
        if let sealed = head.sealed { return sealed }
        let segment = headSegment
        var sealed = SealedSegment(
            number: segment.number, end: head.offset, summaryByteCount: 0, entryCount: segment.entryCount)
        if head.acceptsSummary, summary.isWorthwhile(frames: Int(head.frames)) {
            summary.write(to: &sink, nonce: segment.nonce, offset: head.offset) { !segment.isDead($0.entry) }
            do throws(DiskError) {
                try disk.writeBytes(sink.bytes, to: segment.file, at: head.offset)
                try disk.synchronize(segment.file)
                sealed.summaryByteCount = sink.count
            } catch {
                self.head!.acceptsFrames = false
                self.head!.acceptsSummary = false
            }
        }
        self.head!.sealed = sealed
        gate.change { memory.index.segments[head.handle].summaryByteCount = sealed.summaryByteCount }
        return sealed
    }

    /// A file for a segment, of the size that suits what is queued.
    private func takeFile(
        atLeast needed: Int, usesReserve: Bool
    ) throws(QueueError) -> (name: String, file: DiskFile, capacity: Int) {
        let wanted = max(wantedCapacity, Self.roundedToPage(needed))
        let mayUseSpare = usesReserve || spares.files.count > reserveCount
        do throws(DiskError) {
            if mayUseSpare, let spare = spares.take(atLeast: wanted) { return try opened(spare) }
            if let limit = options.maximumBytes, !usesReserve, allocatedBytes + wanted > limit {
                throw .outOfSpace
            }
            let name = spares.takeName()
            let file = try disk.create(name, byteCount: wanted)
            isShortOfSpace = false
            return (name, file, wanted)
        } catch {
            if error == .outOfSpace { isShortOfSpace = true }
            if usesReserve, let spare = spares.take(atLeast: Self.roundedToPage(needed)), let file = try? opened(spare)
            {
                return file
            }
            throw error.queueError(file: disk.location + SegmentRecord.name(nextSegment))
        }
    }

    /// How many small files are set aside for what makes room again: one for removals, and for the fold of those in memory
    /// as much as they are, and one more.
    private var reserveCount: Int {
        2 + (memory.recent.byteCount + memory.frozen.byteCount) / options.smallestSegmentBytes
    }

    /// Nothing is appended without a reserve.
    private func keepReserve() throws(QueueError) {
        do throws(DiskError) {
            while spares.files.count < reserveCount { try addSpare() }
        } catch {
            if error == .outOfSpace { isShortOfSpace = true }
            throw error.queueError(file: disk.location + SegmentRecord.name(nextSegment))
        }
    }

    /// Sets a small file aside.
    private func addSpare() throws(DiskError) {
        let name = spares.takeName()
        disk.close(try disk.create(name, byteCount: options.smallestSegmentBytes))
        spares.files.append(Spares.Spare(name: name, capacity: options.smallestSegmentBytes))
    }

    private func opened(_ spare: Spares.Spare) throws(DiskError) -> (name: String, file: DiskFile, capacity: Int) {
        do throws(DiskError) {
            return (spare.name, try disk.openExisting(spare.name), spare.capacity)
        } catch {
            spares.files.append(spare)
            throw error
        }
    }

    /// Writes the header and gives the file its name, both on stable storage.
    private func name(_ file: DiskFile, _ name: String, _ header: SegmentHeader) throws(QueueError) {
        let target = SegmentRecord.name(header.number)
        header.write(to: &sink)
        do throws(DiskError) {
            try disk.writeBytes(sink.bytes, to: file, at: 0)
            try disk.synchronize(file)
            // From here on the number may be on disk, so it is used up.
            nextSegment += 1
            try disk.rename(name, to: target)
            try disk.synchronizeNames()
        } catch {
            disk.close(file)
            try? disk.remove(name)
            try? disk.remove(target)
            throw error.queueError(file: disk.location + target)
        }
    }

    /// Half of what the segments hold: so that a small store takes little and a large one few files.
    private var wantedCapacity: Int {
        let used = allocatedBytes - spares.byteCount
        var capacity = options.smallestSegmentBytes
        while capacity < options.largestSegmentBytes, capacity * 2 <= used { capacity *= 2 }
        return capacity
    }

    /// Bytes of all segments and spares.
    var allocatedBytes: Int {
        var sum = spares.byteCount
        for handle in memory.index.segments.handles { sum += memory.index.segments[handle].capacity }
        return sum
    }

    private static func roundedToPage(_ byteCount: Int) -> Int { (byteCount + 4_095) & ~4_095 }

    /// Keeps the smallest spares, as many as the reserve has.
    func trimSpares() {
        spares.files.sort { $0.capacity < $1.capacity }
        while spares.files.count > reserveCount, let largest = spares.files.popLast() {
            try? disk.remove(largest.name)
        }
        while nextSegment > 1, spares.files.count < reserveCount {
            do throws(DiskError) { try addSpare() } catch { return }
        }
    }

    func closeFiles() {
        for handle in memory.index.segments.handles { disk.close(memory.index.segments[handle].file) }
        for run in memory.runs { disk.close(run.file) }
    }
}
