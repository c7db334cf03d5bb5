import Foundation

/// `mesh-fuzz`: a process for each target, so that a trap in one ends neither the others nor the report.
public enum FuzzCommand {
    /// Runs the command line.
    /// - Parameter arguments: all of them, the program's path first.
    /// - Returns: the exit code: 0 all well, 1 something was found, 64 wrong usage.
    public static func run(_ arguments: [String]) -> Int32 {
        if arguments.contains("--help") {
            say(Options.help)
            return 0
        }
        guard let options = Options(Array(arguments.dropFirst())) else {
            FileHandle.standardError.write(Data(Options.help.utf8))
            return 64
        }
        if options.worker != nil { return Worker.run(options.targets[0], options) }
        if let file = options.file { return replay(file, options.targets[0]) }
        say("seed \(options.seed)")
        let failures = options.targets.filter { !supervise($0, options) }.count
        say("\(options.targets.count - failures) passed, \(failures) failed")
        return failures == 0 ? 0 : 1
    }

    private static func replay(_ file: String, _ target: FuzzTarget) -> Int32 {
        guard let data = FileManager.default.contents(atPath: file) else {
            say("\(file): can't be read")
            return 64
        }
        do {
            say("\(target.name): \(try target.check([UInt8](data)))")
            return 0
        } catch {
            say("\(target.name): \(error)")
            return 1
        }
    }

    /// Runs a target in a process of its own, and tells what came of it.
    private static func supervise(_ target: FuzzTarget, _ options: Options) -> Bool {
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("mesh-fuzz-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: state) }
        let start = Date()
        let (status, output) = spawn([
            "--worker", state.path, "--target", target.name, "--iterations", "\(options.iterations)", "--seed",
            "\(options.seed)", "--cases", options.cases.path,
        ])
        let seconds = Int(Date().timeIntervalSince(start).rounded())
        guard status != 0 else {
            say("ok      \(target.name): \(output), \(seconds) s")
            return true
        }
        say("FAILED  \(target.name): \(status == 1 ? output : "ended by \(status): \(output)")")
        keepLastInput(of: target, in: state, options)
        return false
    }

    private static func keepLastInput(of target: FuzzTarget, in state: URL, _ options: Options) {
        guard let data = FileManager.default.contents(atPath: state.path),
            let input = LastInput.read(from: [UInt8](data)),
            let file = try? options.cases.keep(input, of: target)
        else { return say("        its last input could not be kept; --seed \(options.seed) repeats the run") }
        say("        kept as \(file.path)")
        say("        again: mesh-fuzz --target \(target.name) \(file.path)")
    }

    private static func spawn(_ arguments: [String]) -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        do { try process.run() } catch { return (-1, "could not be started: \(error)") }
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus, text)
    }
}

/// Prints a line at once: the traces of a child that traps then stand after what came before them.
private func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
}
