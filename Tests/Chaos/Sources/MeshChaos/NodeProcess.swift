import Foundation
import Glibc

/// One real `mesh-node` with a loopback address and a data directory of its own.
final class NodeProcess {
    let number: Int
    let data: URL
    let address: String
    private let program: URL
    private let join: String?
    private var process: Process?

    init(number: Int, program: URL, below folder: URL, join: String?) {
        self.number = number
        self.program = program
        self.join = join
        data = folder.appendingPathComponent("n\(number)")
        // Each node has a /16 of its own, so that it can be in a set with any other.
        address = "127.\(number).0.1:\(17_000 + number)"
    }

    var isRunning: Bool { process?.isRunning ?? false }

    func start() throws {
        let process = Process()
        process.executableURL = program
        process.arguments =
            ["run", "--data-dir", data.path, "--listen", address] + (join.map { ["--join", $0] } ?? [])
        let log = data.deletingLastPathComponent().appendingPathComponent("n\(number).log")
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        (process.standardError, process.standardOutput) = (handle, handle)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    func signal(_ number: Int32) { if let process, process.isRunning { kill(process.processIdentifier, number) } }

    /// SIGKILL, and until it is gone.
    func killHard() {
        signal(SIGCONT)
        signal(SIGKILL)
        process?.waitUntilExit()
    }

    /// Waits for its own end at most so long; a node that doesn't end in time is killed.
    /// - Returns: whether it ended by itself.
    func ends(within seconds: Double) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while isRunning {
            guard ContinuousClock.now < end else {
                killHard()
                return false
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return true
    }

    /// The disk is gone: identity, roster and queues.
    func wipe() throws { try FileManager.default.removeItem(at: data) }

    /// What `mesh-node status --json` says; nil if the node doesn't answer.
    func status() -> NodeStatus? {
        guard isRunning else { return nil }
        let asking = Process()
        let answer = Pipe()
        asking.executableURL = program
        asking.arguments = ["status", "--data-dir", data.path, "--json"]
        asking.standardOutput = answer
        asking.standardError = FileHandle.nullDevice
        asking.standardInput = FileHandle.nullDevice
        guard (try? asking.run()) != nil else { return nil }
        let bytes = answer.fileHandleForReading.readDataToEndOfFile()
        asking.waitUntilExit()
        return try? JSONDecoder().decode(NodeStatus.self, from: bytes)
    }

    deinit { killHard() }
}

/// What is looked at of a node's status.
struct NodeStatus: Decodable {
    struct Member: Decodable {
        var node: String
        var state: String
    }
    struct Queues: Decodable {
        var recipients: Int
        var messages: Int
        var bytes: Int
    }

    var rosterDigest: String
    var roster: [Member]
    var queues: Queues

    var alive: Int { roster.count { $0.state == "alive" } }
}
