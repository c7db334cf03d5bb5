import MeshCrypto

/// A round through members of the present and former set, each fetched empty.
struct Sweep: Sendable {
    struct Task: Sendable {
        enum Stage: Sendable {
            case waiting(notBefore: UInt64)
            case running(ClientLinkID)
            case ended(FetchFailure?)
        }

        let node: NodeID
        var stage = Stage.waiting(notBefore: 0)
        var attempts = 0
        var delivered = 0
    }

    /// Sorted by node.
    private(set) var tasks: [Task] = []
    /// Different messages that went to the app.
    var delivered = 0

    /// Adds a node unless it is there.
    mutating func add(_ node: NodeID) {
        let index = tasks.firstIndex { $0.node >= node } ?? tasks.endIndex
        guard index == tasks.endIndex || tasks[index].node != node else { return }
        tasks.insert(Task(node: node), at: index)
    }

    mutating func remove(_ node: NodeID) {
        tasks.removeAll { $0.node == node }
    }

    /// Tries a node again that had failed: its record is new.
    mutating func reset(_ node: NodeID) {
        guard let index = index(of: node), case .ended(_?) = tasks[index].stage else { return }
        tasks[index].stage = .waiting(notBefore: 0)
        tasks[index].attempts = 0
    }

    mutating func update(_ node: NodeID, _ change: (inout Task) -> Void) {
        if let index = index(of: node) { change(&tasks[index]) }
    }

    func stage(of node: NodeID) -> Task.Stage? { index(of: node).map { tasks[$0].stage } }

    var runningCount: Int {
        tasks.count { if case .running = $0.stage { true } else { false } }
    }

    var isOver: Bool {
        tasks.allSatisfy { if case .ended = $0.stage { true } else { false } }
    }

    var report: [FetchReport.Node] {
        tasks.map { task in
            guard case .ended(let failure) = task.stage else {
                return FetchReport.Node(node: task.node, delivered: task.delivered, failure: .timedOut)
            }
            return FetchReport.Node(node: task.node, delivered: task.delivered, failure: failure)
        }
    }

    private func index(of node: NodeID) -> Int? { tasks.firstIndex { $0.node == node } }
}
