import Foundation

/// A program run in the foreground.
enum Child {
    /// Runs a program that prints where this one prints.
    /// - Parameter environment: variables that it has besides this one's.
    /// - Returns: its exit code; 128 and the signal's number where a signal ended it; 127 if it couldn't be started.
    static func run(_ arguments: [String], in directory: URL, environment: [String: String] = [:]) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            Console.error("\(arguments.first ?? ""): could not be started: \(error)")
            return 127
        }
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
}
