/// Writes removed ids to a run, and down what the segments hold, in steps; the last one makes it count.
///
/// The state is that of the moment when the fold began: removals in frames before it are in the dead bits and the runs,
/// those after it are read again at start-up.
final class Fold {
    private(set) var state: LogState
    private let places: ContiguousArray<Int>
    private let capacity: Int
    private var builder: RunBuilder?
    private var position = 0
    private var isRunWritten = false

    /// - Parameters:
    ///   - state: What is to be written, without the new run.
    ///   - places: The entries of the frozen arena, in order.
    init(state: LogState, places: ContiguousArray<Int>) {
        self.state = state
        self.places = places
        capacity = places.count
    }

    /// The run of what was frozen; nil if nothing of it is to be remembered.
    var run: TombstoneRun? { builder?.run }

    /// Writes up to `budget` entries; returns whether the run is on stable storage.
    func step(
        budget: Int, memory: LogMemory, disk: any Disk, nowSeconds: UInt32, runNumber: () -> UInt64
    ) throws(DiskError) -> Bool {
        if isRunWritten { return true }
        var left = budget
        while left > 0, position < places.count {
            let entry = memory.frozen.entry(at: places[position])
            position += 1
            left -= 1
            guard entry.removal.keepUntilSeconds > nowSeconds else { continue }
            if builder == nil { builder = try RunBuilder(disk, number: runNumber(), capacity: capacity) }
            try builder?.add(entry.removal, entry.fingerprint)
        }
        guard position == places.count else { return false }
        if let builder {
            guard try builder.finish(budget: max(1, budget / RunIndex.wordsPerPart)) else { return false }
            state.runs.append(builder.state)
        }
        isRunWritten = true
        return true
    }

    /// Begins anew: what was written counts for nothing.
    func restart() {
        if isRunWritten { return }
        builder?.abandon()
        builder = nil
        position = 0
    }
}

extension LogStore {
    /// The name of the state's file.
    static let stateName = "state"
    /// What the next state is written to.
    static let nextStateName = "state.new"

    /// Whether there is anything that the state on disk doesn't say.
    var hasNewsSinceState: Bool {
        fold != nil || memory.recent.count > 0 || forgottenSinceFold > 0 || presentPosition != durable.position
    }

    private var presentPosition: LogState.Position {
        guard let head else { return LogState.Position(segment: nextSegment, offset: 0) }
        return LogState.Position(segment: headSegment.number, offset: head.offset)
    }

    /// Starts to fold what has been removed until now.
    func beginFold() {
        guard fold == nil else { return }
        gate.change {
            swap(&memory.recent, &memory.frozen)
            memory.epoch += 1
        }
        forgottenSinceFold = 0
        fold = Fold(state: presentState(), places: memory.frozen.sorted(after: nil))
    }

    private func presentState() -> LogState {
        var state = LogState(seed: memory.index.seed)
        state.nextSequence = nextSequence
        state.nextSegment = nextSegment
        state.position = presentPosition
        state.nextRun = nextRun
        state.runs = durable.runs
        for handle in memory.index.segments.handles {
            let segment = memory.index.segments[handle]
            guard segment.liveCount > 0 || handle == head?.handle else { continue }
            state.segments.append(
                LogState.Segment(
                    number: segment.number, nonce: segment.nonce, capacity: segment.capacity,
                    end: handle == head?.handle ? head!.offset : segment.end,
                    summaryByteCount: segment.summaryByteCount, entryCount: segment.entryCount, dead: segment.dead))
        }
        state.segments.sort { $0.number < $1.number }
        return state
    }

    /// Goes on with a fold; returns whether it is done.
    func stepFold(budget: Int) throws(QueueError) -> Bool {
        guard let fold else { return true }
        do throws(DiskError) {
            let isWritten = try fold.step(budget: budget, memory: memory, disk: disk, nowSeconds: lastSeconds) {
                nextRun += 1
                return nextRun - 1
            }
            guard isWritten else { return false }
        } catch {
            fold.restart()
            throw error.queueError(file: disk.location + TombstoneRun.name(nextRun))
        }
        var state = fold.state
        state.nextRun = nextRun
        try writeState(state)
        finishFold(fold)
        return true
    }

    private func finishFold(_ done: Fold) {
        gate.change {
            if let run = done.run { memory.runs.append(run) }
            memory.frozen = TombstoneArena()
            memory.epoch += 1
        }
        fold = nil
        let listed = Set(done.state.segments.map(\.number))
        for handle in memory.index.segments.handles {
            memory.index.segments[handle].isListed = listed.contains(memory.index.segments[handle].number)
        }
        noteDeadSegments()
    }

    /// Puts a state on stable storage in place of the one before.
    func writeState(_ state: LogState) throws(QueueError) {
        state.write(to: &sink)
        do throws(DiskError) {
            try Self.replaceState(sink.bytes, on: disk)
        } catch {
            throw error.queueError(file: disk.location + Self.stateName)
        }
        durable = state
    }

    /// Writes a file of its own, and gives it the state's name.
    static func replaceState(_ bytes: UnsafeRawBufferPointer, on disk: any Disk) throws(DiskError) {
        let file = try disk.create(nextStateName, byteCount: 0)
        defer { disk.close(file) }
        try disk.writeBytes(bytes, to: file, at: 0)
        try disk.synchronize(file)
        try disk.rename(nextStateName, to: stateName)
        try disk.synchronizeNames()
    }

    /// Folds all there is, for closing; a failure only makes the next opening slower.
    func finishByFolding() {
        do throws(QueueError) {
            while fold != nil { _ = try stepFold(budget: .max) }
            merge?.builder.abandon()
            merge = nil
            beginFold()
            while fold != nil { _ = try stepFold(budget: .max) }
        } catch {
            report(.maintenanceFailed(error))
        }
    }
}
