import Foundation
import Glibc

/// A server that the load generator started, and what the kernel says of it.
final class ServerProcess: @unchecked Sendable {
    // Sendable: changed by `stop` only, which the main thread calls when nobody measures.
    private let process: Process
    let name: String

    /// Starts a program; what it says goes to `log`.
    init(_ name: String, _ program: String, _ arguments: [String], environment: [String: String] = [:], log: URL) throws
    {
        self.name = name
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        let handle = try FileHandle(forWritingTo: log)
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        if !environment.isEmpty { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        _ = Self.registerAtExit
        Self.running.add(process.processIdentifier)
    }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// Ends it with a signal and waits for its end; with SIGKILL after 30 s.
    func stop(_ signal: Int32 = SIGTERM) {
        guard process.isRunning else { return Self.running.remove(identifier) }
        kill(identifier, signal)
        let end = Clock.now + 30 * Clock.second
        while process.isRunning, Clock.now < end { Clock.sleep(milliseconds: 20) }
        if process.isRunning { kill(identifier, SIGKILL) }
        process.waitUntilExit()
        Self.running.remove(identifier)
    }

    // Servers don't outlive the load generator, however it ends.
    private static let running = Running()
    private static let registerAtExit: Void = { atexit { ServerProcess.running.killAll() } }()

    private final class Running: @unchecked Sendable {
        private let lock = NSLock()
        private var identifiers: Set<Int32> = []
        func add(_ identifier: Int32) { lock.withLock { _ = identifiers.insert(identifier) } }
        func remove(_ identifier: Int32) { lock.withLock { _ = identifiers.remove(identifier) } }
        func killAll() { lock.withLock { for identifier in identifiers { kill(identifier, SIGKILL) } } }
    }
}

// What the kernel says.
extension ServerProcess {
    /// CPU time so far, of the process and the children that it has, in seconds.
    var cpuSeconds: Double { Self.family(of: identifier).map(Self.cpu).reduce(0, +) }
    /// Resident now, in KiB.
    var residentKiB: Int { Self.family(of: identifier).map { Self.status($0, "VmRSS") }.reduce(0, +) }
    /// The most that was resident since ``resetPeak()``, in KiB.
    var peakKiB: Int { Self.family(of: identifier).map { Self.status($0, "VmHWM") }.reduce(0, +) }
    /// Bytes that it has had written to the disk.
    var writtenBytes: Int { Self.family(of: identifier).map { Self.transferred($0, "write_bytes") }.reduce(0, +) }
    /// Bytes that it has read from sockets (and whatever else it reads, which is little while it stores).
    var receivedBytes: Int { Self.family(of: identifier).map { Self.transferred($0, "rchar") }.reduce(0, +) }

    func resetPeak() {
        for member in Self.family(of: identifier) {
            try? Data("5".utf8).write(to: URL(filePath: "/proc/\(member)/clear_refs"))
        }
    }

    /// The process and its children, and theirs.
    private static func family(of root: Int32) -> [Int32] {
        let children = text("/proc/\(root)/task/\(root)/children").split(separator: " ").compactMap { Int32($0) }
        return [root] + children.flatMap(family)
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// To the nanosecond, where /proc counts in hundredths of a second.
    private static func cpu(_ process: Int32) -> Double {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func status(_ process: Int32, _ field: String) -> Int {
        let line = text("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix(field + ":") }
        return line?.split(separator: " ").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }.first ?? 0
    }

    private static func transferred(_ process: Int32, _ field: String) -> Int {
        let line = text("/proc/\(process)/io").split(separator: "\n").first { $0.hasPrefix(field + ":") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
