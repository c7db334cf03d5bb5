import Glibc

/// What one repetition of a shape has measured; nil where it doesn't apply.
struct Run: Sendable {
    var perSecond: Double?
    var latencies = Histogram()
    /// CPU time of the servers for each message (or login), in microseconds; one for each server process.
    var serverCPUMicroseconds: [Double] = []
    /// The load generator's own.
    var clientCPUMicroseconds: Double?
    /// The load generator's share of one core, times 100.
    var clientCPUPercent: Double?
    var peakRSSMiB: Double?
    var idleKiBPerConnection: Double?
    /// Only of `restart`: until the first login is answered, and resident bytes for each message.
    var startSeconds: Double?
    var bytesPerQueuedMessage: Double?
    /// Bytes that the servers had written to the disk for each byte of payload.
    var diskBytesPerPayloadByte: Double?
    /// Only of copies: bytes that all ends together received for each message, and CPU time by what a node does for it:
    /// the one that takes it, and the mean of those that keep a copy for that one.
    var wireBytesPerMessage: Double?
    var coordinatorCPUMicroseconds: Double?
    var memberCPUMicroseconds: Double?
}

/// Reads clocks and counters before and after what is measured.
struct Meter {
    private let servers: [ServerProcess]
    private let startedAt = Clock.now
    private let serverCPU: [Double]
    private let written: [Int]
    private let clientCPU = Meter.ownCPUSeconds

    init(_ servers: [ServerProcess]) {
        self.servers = servers
        for server in servers { server.resetPeak() }
        serverCPU = servers.map(\.cpuSeconds)
        written = servers.map(\.writtenBytes)
    }

    /// The run so far, of which `count` messages (or logins) were dealt with.
    func run(count: Int, latencies: Histogram = Histogram(), payload: Int? = nil) -> Run {
        let seconds = Clock.seconds(since: startedAt)
        let client = Self.ownCPUSeconds - clientCPU
        let share = 1_000_000 / Double(max(1, count))
        var run = Run(perSecond: Double(count) / seconds, latencies: latencies)
        run.serverCPUMicroseconds = zip(servers, serverCPU).map { ($0.cpuSeconds - $1) * share }
        run.clientCPUMicroseconds = client * share
        run.clientCPUPercent = client / seconds * 100
        if !servers.isEmpty {
            run.peakRSSMiB = Double(servers.map(\.peakKiB).max() ?? 0) / 1_024
            let bytes = zip(servers, written).map { $0.writtenBytes - $1 }.reduce(0, +)
            run.diskBytesPerPayloadByte = payload.map { Double(bytes) / Double(max(1, count * $0)) }
        }
        return run
    }

    private static var ownCPUSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].map { Double($0.tv_sec) + Double($0.tv_usec) / 1e6 }.reduce(0, +)
    }
}
