import Foundation
import Glibc

/// The nodes of one run, each a process.
final class Cluster {
    let folder: URL
    private let program: URL
    private(set) var nodes: [NodeProcess] = []

    init(program: URL, folder: URL) throws {
        (self.program, self.folder) = (program, folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var running: [NodeProcess] { nodes.filter(\.isRunning) }

    /// One more, started; it joins through the first that runs.
    @discardableResult
    func add() throws -> NodeProcess {
        let node = NodeProcess(
            number: nodes.count + 1, program: program, below: folder, join: running.first?.address)
        nodes.append(node)
        try node.start()
        return node
    }

    /// Waits until all running nodes report one digest with as many nodes alive.
    /// - Returns: how long it took, in seconds.
    @discardableResult
    func agree(within seconds: Double) async throws -> Double {
        try await wait("the nodes agree", seconds) {
            let seen = self.running.map { $0.status() }
            let digests = Set(seen.map { $0?.rosterDigest })
            return digests.count == 1 && digests.first != .some(nil)
                && seen.allSatisfy { $0?.alive == seen.count }
        }
    }

    /// What all running nodes hold together.
    var queued: Int { running.compactMap { $0.status()?.queues.messages }.reduce(0, +) }

    func stopAll() {
        for node in nodes { node.killHard() }
    }
}

/// What should have come true and did not.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Waits until `condition` holds.
/// - Returns: how long it took, in seconds.
@discardableResult
func wait(_ what: String, _ seconds: Double, _ condition: () -> Bool) async throws -> Double {
    let start = ContinuousClock.now
    while !condition() {
        guard ContinuousClock.now < start + .seconds(seconds) else {
            throw NotInTime(description: "\(what): not within \(Int(seconds)) s")
        }
        try await Task.sleep(for: .milliseconds(100))
    }
    return (ContinuousClock.now - start) / .seconds(1)
}
