import Glibc
import MeshQueue
import MeshQueueCore

/// Measures a store on the disk of a directory: `queue-bench WORKLOAD DIRECTORY [key=value]…`.
///
///     append   N messages in commits of B, then with drain=1 fetch and remove all
///     mixed    the same, while messages are removed W commits after they were appended
///     removed  remembers N ids; with ask=1 opens what that left and asks for some
///     group    the same through DurableQueue, B operations in flight a sender, S senders
///     open     opens what `append keep=1` left, and says how long it took and how much memory it takes
@main
struct QueueBench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            print(
                "usage: queue-bench append|mixed|removed|group|open DIRECTORY [N=…] [B=…] [P=…] [R=…] [drain=1] [keep=1]"
            )
            exit(64)
        }
        let settings = Settings(arguments.dropFirst(3))
        switch arguments[1] {
        case "append": try AppendBench(directory: arguments[2], settings: settings).run()
        case "mixed": try MixedBench(directory: arguments[2], settings: settings).run()
        case "removed": try RemovedBench(directory: arguments[2], settings: settings).run()
        case "group": try GroupBench(directory: arguments[2], settings: settings).run()
        case "open": try OpenBench(directory: arguments[2], settings: settings).run()
        default:
            print("unknown workload \(arguments[1])")
            exit(64)
        }
    }
}

/// `key=value` arguments, all numbers.
struct Settings {
    private var values: [String: Int] = [:]

    init(_ arguments: some Sequence<String>) {
        for argument in arguments {
            let parts = argument.split(separator: "=")
            if parts.count == 2, let value = Int(parts[1]) { values[String(parts[0])] = value }
        }
    }

    func callAsFunction(_ key: String, _ fallback: Int) -> Int { values[key] ?? fallback }

    var messages: Int { self("N", 300_000) }
    var batch: Int { self("B", 128) }
    var payloadBytes: Int { self("P", 1_024) }
    var recipients: Int { self("R", 1_000) }
}

/// Messages by number: which recipient, which id, which bytes.
struct Samples {
    let settings: Settings
    private let noise: [UInt8]

    init(_ settings: Settings) {
        self.settings = settings
        noise = (0..<(1 << 18)).flatMap { number in
            withUnsafeBytes(of: Self.mix(UInt64(number) &+ 77)) { Array($0) }
        }
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var value = value &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    func recipient(_ number: Int) -> QueueRecipient {
        let words = (0..<4).map { Self.mix(UInt64(number * 4 + $0 + 1_000_003)) }
        return words.withUnsafeBytes { QueueRecipient(copying: $0) }
    }

    func owner(of message: Int) -> Int {
        Int(Self.mix(UInt64(message) ^ 0xABC_DEF1_2345) % UInt64(settings.recipients))
    }

    func id(_ message: Int) -> QueueItemID {
        let words = [Self.mix(UInt64(message) * 2 + 5), Self.mix(UInt64(message) * 2 + 6 + 1 << 40)]
        return words.withUnsafeBytes { QueueItemID(copying: $0) }
    }

    func payload(_ message: Int) -> [UInt8] {
        let start = Int(Self.mix(UInt64(message) + 9) & (1 << 20 - 1))
        var bytes = Array(noise[start..<start + settings.payloadBytes])
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(message), as: UInt64.self) }
        return bytes
    }

    func append(_ message: Int) -> QueueOperation {
        .append(
            recipient: recipient(owner(of: message)), id: id(message), expirySeconds: 1_900_000_000,
            payload: payload(message))
    }

    func removal(_ message: Int, proofBytes: Int) -> QueueOperation {
        let proof = noise.withUnsafeBytes { bytes in
            QueueProof(
                copying: UnsafeRawBufferPointer(rebasing: bytes[message % 1_000..<message % 1_000 + proofBytes]))!
        }
        return .remove(
            recipient: recipient(owner(of: message)), id: id(message), proof: proof,
            keepUntilSeconds: 1_900_000_000)
    }

    /// The message whose payload these bytes are.
    func message(_ payload: ArraySlice<UInt8>) -> Int {
        payload.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
    }
}

/// What a phase cost.
struct Meter {
    private let started = Meter.seconds()
    private let processor = Meter.processorSeconds()
    private let written = Meter.procField("/proc/self/io", "write_bytes:")
    private var latencies: [Double] = []

    mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = Meter.seconds()
        defer { latencies.append(Meter.seconds() - start) }
        return try body()
    }

    mutating func report(_ name: String, messages: Int, payloadBytes: Int, directory: String) {
        let elapsed = Meter.seconds() - started
        latencies.sort()
        let amplification =
            Double(Meter.procField("/proc/self/io", "write_bytes:") - written) / Double(max(1, messages * payloadBytes))
        print(
            """
            \(name): \(Int(Double(messages) / elapsed))/s, \(messages) in \(rounded(elapsed)) s, \
            commit p50 \(percentile(0.5)) ms p99 \(percentile(0.99)) ms max \(percentile(1)) ms, \
            CPU \(rounded((Meter.processorSeconds() - processor) / Double(max(1, messages)) * 1e6)) us/message, \
            written \(rounded(amplification)) B/B, anonymous \(Meter.anonymousKiB() >> 10) MiB, \
            files \(Meter.directoryBytes(directory) >> 20) MiB
            """)
    }

    private func percentile(_ part: Double) -> Double {
        latencies.isEmpty
            ? 0 : rounded(latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))] * 1_000)
    }

    static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }

    static func procField(_ file: String, _ key: String) -> Int {
        guard let handle = fopen(file, "r") else { return 0 }
        defer { fclose(handle) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, handle) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix(key) else { continue }
            return Int(text.dropFirst(key.count).split(separator: " ").first?.filter(\.isNumber) ?? "") ?? 0
        }
        return 0
    }

    static func anonymousKiB() -> Int {
        let value = procField("/proc/self/status", "RssAnon:\t")
        return value
    }

    static func residentKiB() -> Int { procField("/proc/self/status", "VmRSS:\t") }

    /// Bytes that a directory's files take on the disk.
    static func directoryBytes(_ path: String) -> Int {
        guard let stream = opendir(path) else { return 0 }
        defer { closedir(stream) }
        var sum = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var status = stat()
            if name != ".", name != "..", stat("\(path)/\(name)", &status) == 0 { sum += Int(status.st_blocks) * 512 }
        }
        return sum
    }
}

func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

/// Ends the process without closing anything, as a crash would.
func leave() -> Never {
    fflush(nil)
    _exit(0)
}
