import MeshQueueCore

/// What start-up made of a file.
final class LoadedStore {
    private var index: QueueIndex?
    var state: StateBlock
    var nextCounter: UInt64 = 1
    var nextGeneration: UInt64 = 1
    /// What there is to tell about chunks.
    var changes: ContiguousArray<(chunk: UInt32, change: ChunkChange)> = []
    var garbage: [QueueWriter.Garbage] = []
    var unfoldedDeaths = 0
    var recentTombstones: ContiguousArray<TombstoneEntry> = []
    var runs: [TombstoneRun] = []

    init(state: StateBlock) {
        self.state = state
        index = QueueIndex(seed: state.seed)
    }

    /// Hands the index over, once.
    func takeIndex() -> QueueIndex {
        guard let taken = index.take() else { preconditionFailure("the index was taken before") }
        return taken
    }

    /// Fills the index.
    func fill(_ body: (inout QueueIndex) -> Void) { body(&index!) }
}
