import Foundation
import Glibc

/// What is done to the nodes while people write: one thing at a time, and the next one only when the nodes agree again,
/// so that never two members of one set are away together (a wiped one counts as away until its queues are back).
struct Mischief {
    enum Deed: String, CaseIterable {
        case kill, stop, restart, drain, add, wipe
    }

    private var random: SeededGenerator
    private var isWiped = false
    private(set) var done: [Deed: Int] = [:]
    private let most: Int

    init(seed: UInt64, mostNodes: Int) {
        random = SeededGenerator(seed: seed)
        most = mostNodes
    }

    var kills: Int { (done[.kill] ?? 0) + (done[.wipe] ?? 0) }

    /// Does the next thing, and waits until the network has got over it.
    mutating func go(_ cluster: Cluster, say: (String) -> Void) async throws {
        let deed = next(cluster)
        let node = cluster.running[Int.random(in: 0..<cluster.running.count, using: &random)]
        say("\(deed.rawValue) n\(node.number)")
        done[deed, default: 0] += 1
        switch deed {
        case .kill:
            node.killHard()
            try await pause(1...6)
            try node.start()
        case .stop:
            node.signal(SIGSTOP)
            try await pause(2...15)
            node.signal(SIGCONT)
        case .restart:
            node.signal(SIGTERM)
            _ = try await node.ends(within: 60)
            try node.start()
        case .drain:
            node.signal(SIGTERM)
            _ = try await node.ends(within: 60)
            try await pause(1...6)
            try node.start()
        case .add:
            try cluster.add()
        case .wipe:
            node.killHard()
            try node.wipe()
            // A new identity: the old one stays known as down.
            try cluster.add()
        }
        try await cluster.agree(within: 120)
        // Repair: what the node missed or lost comes back before the next one goes.
        try await Task.sleep(for: .seconds(deed == .wipe ? 20 : 3))
    }

    private mutating func next(_ cluster: Cluster) -> Deed {
        var deeds: [Deed] = [.kill, .kill, .kill, .stop, .restart, .drain]
        if cluster.nodes.count < most { deeds.append(.add) }
        if !isWiped, kills >= 2 {
            isWiped = true
            return .wipe
        }
        return deeds[Int.random(in: 0..<deeds.count, using: &random)]
    }

    private mutating func pause(_ seconds: ClosedRange<Double>) async throws {
        try await Task.sleep(for: .seconds(Double.random(in: seconds, using: &random)))
    }
}
