/// What loading gives to the store.
final class LoadedLog {
    let memory: LogMemory
    var state: LogState
    var head: LogStore.Head?
    var nextSequence: UInt64
    var nextSegment: UInt64
    var nextRun: UInt64
    var nonces: NonceSource
    var spares = Spares()
    fileprivate(set) var summary: SegmentSummary.Writer? = SegmentSummary.Writer()

    init(state: LogState, nonces: NonceSource) {
        self.state = state
        self.nonces = nonces
        memory = LogMemory(seed: state.seed)
        nextSequence = state.nextSequence
        nextSegment = state.nextSegment
        nextRun = state.nextRun
    }

    /// The summary of the last segment, as far as it was filled. Once.
    func takeSummary() -> SegmentSummary.Writer { summary.take() ?? SegmentSummary.Writer() }

    /// Adds to the summary of the last segment.
    func summarize(_ body: (inout SegmentSummary.Writer) -> Void) {
        guard summary != nil else { return }
        body(&summary!)
    }
}

/// Reads a log: the state, then the summary of each segment or its frames, then what was removed since.
struct LogLoader {
    let disk: any Disk
    let report: QueueReportHandler
    let loaded: LoadedLog
    /// Whether anything is missing.
    var hasLoss = false
    /// Why the disk gave no bytes, the last time it didn't.
    var readFailure: DiskError?
    var buffer = ByteSinkBox()

    /// Loads what is on the disk, or founds a store there.
    static func load(
        disk: any Disk, random: UInt64, report: @escaping QueueReportHandler
    ) throws(QueueOpenError) -> LoadedLog {
        var nonces = NonceSource(random)
        let names = try Self.names(disk)
        let state = try Self.state(disk, names: names, nonces: &nonces)
        var loader = LogLoader(disk: disk, report: report, loaded: LoadedLog(state: state, nonces: nonces))
        do throws(QueueError) {
            try loader.load(names)
        } catch {
            throw error.openError(file: disk.location)
        }
        return loader.loaded
    }

    private static func names(_ disk: any Disk) throws(QueueOpenError) -> FileNames {
        do throws(DiskError) {
            // Names that another process left, and that the disk may not have: what is done next relies on them.
            try disk.synchronizeNames()
            return FileNames(try disk.names())
        } catch {
            throw error.queueError(file: disk.location).openError(file: disk.location)
        }
    }

    private mutating func load(_ names: FileNames) throws(QueueError) {
        try loadRuns(names)
        try loadSegments(names)
        loaded.memory.index.sortUnordered()
        if hasLoss { loaded.nextSequence += Self.sequencesSkipped }
        removeGarbage(names)
    }

    /// 2²⁰ sequences are left out when frames can't be read, as they may have had some.
    private static let sequencesSkipped: UInt64 = 1 << 20

    mutating func lose(_ file: String, _ detail: String) {
        hasLoss = true
        report(.partLost(file: file, detail: detail))
    }
}

/// Memory that is used for one part of a file after another.
final class ByteSinkBox {
    var sink = ByteSink()

    /// Fills the memory with part of a file; fewer bytes at its end.
    func read(
        _ byteCount: Int, from file: DiskFile, at offset: Int, disk: any Disk
    ) throws(DiskError) -> UnsafeRawBufferPointer {
        sink.removeAll()
        let target = sink.extend(by: byteCount)
        sink.truncate(to: try disk.readBytes(into: target, from: file, at: offset))
        return sink.bytes
    }
}

/// The files of a log, by their names.
struct FileNames {
    var hasState = false
    var segments: [UInt64] = []
    var runs: [UInt64] = []
    var spares: [String] = []
    /// Left over from a write that didn't come to its end.
    var hasNextState = false

    init(_ names: [String]) {
        for name in names {
            if name == LogStore.stateName { hasState = true }
            if name == LogStore.nextStateName { hasNextState = true }
            if name.hasPrefix(Spares.prefix) { spares.append(name) }
            if let number = Self.number(name, "log-") { segments.append(number) }
            if let number = Self.number(name, "run-") { runs.append(number) }
        }
        segments.sort()
        spares.sort()
    }

    private static func number(_ name: String, _ prefix: String) -> UInt64? {
        name.hasPrefix(prefix) ? UInt64(name.dropFirst(prefix.count)) : nil
    }
}

// MARK: The state, runs, spares

extension LogLoader {
    private static func state(
        _ disk: any Disk, names: FileNames, nonces: inout NonceSource
    ) throws(QueueOpenError) -> LogState {
        let file = disk.location + LogStore.stateName
        if names.hasState { return try readState(disk, file) }
        guard names.segments.isEmpty, names.runs.isEmpty else {
            throw .damaged(file: file, detail: "it is missing, though there are other files of a queue")
        }
        let state = LogState(seed: QueueSeed(word0: nonces.next(), word1: nonces.next()))
        var sink = ByteSink()
        state.write(to: &sink)
        do throws(DiskError) {
            try LogStore.replaceState(sink.bytes, on: disk)
        } catch {
            throw error.queueError(file: file).openError(file: file)
        }
        return state
    }

    private static func readState(_ disk: any Disk, _ name: String) throws(QueueOpenError) -> LogState {
        let box = ByteSinkBox()
        do throws(DiskError) {
            let file = try disk.openExisting(LogStore.stateName)
            defer { disk.close(file) }
            _ = try box.read(try disk.size(file), from: file, at: 0, disk: disk)
        } catch {
            throw error.queueError(file: name).openError(file: name)
        }
        do throws(FormatError) {
            return try LogState(box.sink.bytes)
        } catch {
            if case .unsupportedFormat(let got, let supported) = error {
                throw .newerFormat(file: name, found: Int(got), supported: Int(supported))
            }
            throw .damaged(file: name, detail: "\(error)")
        }
    }

    private mutating func loadRuns(_ names: FileNames) throws(QueueError) {
        for run in loaded.state.runs {
            let name = TombstoneRun.name(run.number)
            guard names.runs.contains(run.number) else {
                // Removed messages may come back that it would have stopped: said, not refused, as the rest is sound.
                lose(name, "it is missing")
                loaded.state.runs.removeAll { $0.number == run.number }
                continue
            }
            do throws(DiskError) {
                let file = try disk.openExisting(name)
                loaded.memory.runs.append(
                    TombstoneRun(number: run.number, file: file, index: index(of: run, file, name)))
            } catch {
                throw error.queueError(file: disk.location + name)
            }
        }
    }

    /// The index of a run; made anew from its blocks if it can't be read.
    private mutating func index(of run: LogState.Run, _ file: DiskFile, _ name: String) -> RunIndex {
        do throws(FormatError) {
            let index = try readIndex(of: run, file)
            if index.entryCount == run.entryCount { return index }
        } catch {}
        return rebuiltIndex(of: run, file, name)
    }

    private func readIndex(of run: LogState.Run, _ file: DiskFile) throws(FormatError) -> RunIndex {
        var stream: ContiguousArray<UInt64> = []
        var offset = run.blockCount * RunBlock.byteCount
        var part = 0
        var left = RunIndex.partByteCount(words: .max)
        while left > 0 {
            let wanted = RunIndex.partByteCount(words: RunIndex.wordCount(of: stream).map { $0 - stream.count } ?? .max)
            guard let bytes = try? buffer.read(wanted, from: file, at: offset, disk: disk) else {
                throw .wrongLength(got: 0, expected: wanted)
            }
            try RunIndex.read(bytes, run: run.number, part: part, into: &stream)
            guard let count = RunIndex.wordCount(of: stream) else { throw .invalidField("words") }
            offset += bytes.count
            part += 1
            left = count - stream.count
        }
        return try RunIndex(stream: stream)
    }

    private mutating func rebuiltIndex(
        of run: LogState.Run, _ file: DiskFile, _ name: String
    ) -> RunIndex {
        var index = RunIndex(filter: TombstoneFilter(entryCount: run.entryCount))
        let seed = loaded.state.seed
        var lost = 0
        for block in 0..<run.blockCount {
            var fence: UInt64?
            do {
                let bytes = try buffer.read(RunBlock.byteCount, from: file, at: block * RunBlock.byteCount, disk: disk)
                try RunBlock.read(bytes, row: RunBlock.row(run: run.number, block: block)) { removal in
                    let fingerprint = seed.fingerprint(removal.key.recipient, removal.key.id)
                    if fence == nil { fence = fingerprint.raw }
                    index.add(fingerprint, keepUntilSeconds: removal.keepUntilSeconds)
                    return true
                }
            } catch {
                lost += 1
            }
            index.fences.append(fence ?? index.fences.last ?? 0)
        }
        lose(name, "its index can't be read; made anew, \(lost) of \(run.blockCount) blocks can't be read either")
        return index
    }

    /// Removes what nothing refers to, and takes note of the spares.
    private mutating func removeGarbage(_ names: FileNames) {
        if names.hasNextState { try? disk.remove(LogStore.nextStateName) }
        let runs = Set(loaded.memory.runs.map(\.number))
        for number in names.runs where !runs.contains(number) {
            loaded.nextRun = max(loaded.nextRun, number + 1)
            try? disk.remove(TombstoneRun.name(number))
        }
        for name in names.spares {
            loaded.spares.nextNumber = max(
                loaded.spares.nextNumber, (Int(name.dropFirst(Spares.prefix.count)) ?? 0) + 1)
            guard let file = try? disk.openExisting(name) else { continue }
            let size = (try? disk.size(file)) ?? 0
            disk.close(file)
            if size >= 2 * SegmentHeader.byteCount, size <= SegmentHeader.maximumCapacity {
                loaded.spares.files.append(Spares.Spare(name: name, capacity: size & ~4_095))
            } else {
                try? disk.remove(name)
            }
        }
    }
}
