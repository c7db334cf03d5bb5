import Foundation
import Glibc

/// The built programs under test: `MESH_BIN`, else `.build/debug` of this tree.
enum Program {
    static let folder: URL = {
        if let named = ProcessInfo.processInfo.environment["MESH_BIN"] { return URL(fileURLWithPath: named) }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../../.build/debug").standardized
    }()

    static let node = folder.appendingPathComponent("mesh-node")
    /// A node that lies: `Tests/Liars`.
    static let lyingNode = folder.appendingPathComponent("lying-node")
    static let mesh = folder.appendingPathComponent("mesh")
}

/// How a program ended, and what it said.
struct Ending {
    let code: Int32
    let output: String
    let errors: String

    /// One JSON object a line of the output.
    var objects: [[String: Any]] {
        output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}

/// A started process. What it writes goes into files, so that nothing is lost and no pipe fills up.
final class Running {
    private let process = Process()
    private let output: URL
    private let errors: URL
    let folder: URL

    init(
        _ program: URL, _ arguments: [String], input: Data? = nil, in folder: URL,
        environment more: [String: String] = [:]
    ) throws {
        self.folder = folder
        let name = UUID().uuidString
        output = folder.appendingPathComponent("\(name).out")
        errors = folder.appendingPathComponent("\(name).err")
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        var environment = ProcessInfo.processInfo.environment
        for name in ["MESH_PASSPHRASE_FILE", "NOTIFY_SOCKET", "JOURNAL_STREAM"] { environment[name] = nil }
        process.environment = environment.merging(more) { $1 }
        let file = folder.appendingPathComponent("\(name).in")
        try (input ?? Data()).write(to: file)
        process.standardInput = try FileHandle(forReadingFrom: file)
        try process.run()
    }

    var isRunning: Bool { process.isRunning }
    var said: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    var complained: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    func signal(_ number: Int32) { if process.isRunning { kill(process.processIdentifier, number) } }

    /// Waits for the end.
    @discardableResult
    func ending() -> Ending {
        process.waitUntilExit()
        return Ending(code: process.terminationStatus, output: said, errors: complained)
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
}

/// What a test waits for did not come true in time.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// Waits until `condition` holds, looking at it every 20 ms.
func eventually(
    _ what: String, seconds: Double = 30, _ condition: () throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < end else { throw NotInTime(description: "\(what): not within \(seconds) s") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
