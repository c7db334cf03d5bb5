import Foundation

@testable import MeshNodeShell

/// A mesh-node as a process of its own.
final class RunningNode {
    let directory: String
    let port: UInt16
    let process = Process()
    private let log: String

    var address: String { "127.0.0.1:\(port)" }
    var admin: AdminAddress { .unix(path: "\(directory)/admin.sock") }

    init(
        in directory: String, port: UInt16 = FreePort.any(), _ options: [String] = [],
        environment: [String: String] = [:]
    ) throws {
        self.directory = directory
        self.port = port
        log = "\(directory).\(port).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(filePath: NodeProgram.path)
        process.arguments = ["run", "--data-dir", directory, "--listen", "127.0.0.1:\(port)"] + options
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var logged: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    var status: NodeStatus? { try? AdminClient.status(at: admin).status }

    /// Looks again until it holds, at most 20 s.
    func wait(_ holds: (RunningNode) -> Bool) -> Bool {
        let limit = Date(timeIntervalSinceNow: 20)
        while Date() < limit {
            if holds(self) { return true }
            usleep(20_000)
        }
        return false
    }

    func waitUntilServing() -> Bool { wait { $0.logged.contains("event=started") } }

    /// Sends a signal and waits for the end.
    func end(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, signal)
        return exitStatus()
    }

    func exitStatus() -> Int32 {
        _ = wait { !$0.process.isRunning }
        guard !process.isRunning else { return -1 }
        return process.terminationStatus
    }
}
