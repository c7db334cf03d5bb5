public import ArgumentParser
import Foundation
import MeshClientCore
import MeshCrypto
import Synchronization

/// Real nodes that are killed, stopped, restarted, drained, added and wiped while people write to each other.
public struct ChaosCommand: AsyncParsableCommand {
    /// What the program is called and does.
    public static let configuration = CommandConfiguration(
        commandName: "mesh-chaos",
        abstract: "Real nodes in trouble while people write: nothing lost, doubled or out of order.",
        discussion: "Exits with 1 if anything was. The seed plans what is done; times are the machine's own.")

    @Option(help: "Plans what is done to which node; drawn and printed if it isn't given.")
    var seed: UInt64?
    @Option(help: "Nodes at the start.")
    var nodes = 7
    @Option(help: "People who write and receive.")
    var clients = 50
    @Option(help: "Messages in all.")
    var messages = 20_000
    @Option(help: "Milliseconds between two messages of one person to another.")
    var pace = 250
    @Flag(help: "Restart every node in turn while people write, and nothing else; a send may take 5 s.")
    var rolling = false
    @Option(help: "The mesh-node program.")
    var meshNode = ".build/release/mesh-node"
    @Option(help: "Where the nodes' data lie; removed at the end if nothing went wrong.")
    var folder = ".build/chaos"
    @Option(help: "Where the figures go.")
    var report = ".build/reports/chaos.json"

    /// With the documented defaults.
    public init() {}

    /// The whole program.
    public static func runToEnd() async {
        do {
            try await parse().run()
        } catch {
            exit(withError: error)
        }
    }

    /// One run; exits with 1 if something was lost, doubled or out of order.
    public func run() async throws {
        let seed = seed ?? UInt64.random(in: 0...UInt64(Int64.max))
        say("seed \(seed)")
        try? FileManager.default.removeItem(atPath: folder)
        let cluster = try Cluster(
            program: URL(fileURLWithPath: meshNode), folder: URL(fileURLWithPath: folder))
        defer { cluster.stopAll() }
        let result = try await run(cluster, seed)
        say(result.table)
        try result.write(to: URL(fileURLWithPath: report))
        guard result.isClean else { throw ExitCode(1) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func run(_ cluster: Cluster, _ seed: UInt64) async throws -> ChaosReport {
        for _ in 0..<nodes { try cluster.add() }
        try await cluster.agree(within: 120)
        let addresses = try cluster.nodes.map { try StartAddress(text: $0.address) }
        let tally = Tally()
        let crowd = try Crowd(clients, network: try await .found(at: addresses[0]), join: addresses, tally)
        await crowd.start()
        say("\(nodes) nodes agree, \(clients) people are connected")
        var restarts = RollingRestart()
        var mischief = Mischief(seed: seed, mostNodes: nodes + 2)
        let calm =
            if rolling {
                try await restart(cluster, crowd, tally, seed, &restarts)
            } else {
                try await trouble(cluster, crowd, tally, seed, &mischief)
            }
        let deeds = mischief.done.map { ($0.key.rawValue, $0.value) }
        if rolling { say(restarts.table) }
        let counts = tally.counts
        let lost = tally.missing.reduce(0) { $0 + $1.1.count }
        for (lane, numbers) in tally.missing { say("lost: \(lane.from) to \(lane.to): \(numbers.prefix(20))") }
        for number in Set(tally.missing.map(\.0.to)).sorted() {
            say("what \(number)'s client said last:")
            for notice in crowd.people[number].notices { say("  \(notice)") }
        }
        let left = cluster.queued
        await crowd.stop()
        return ChaosReport(
            seed: seed, nodes: nodes, clients: clients, accepted: counts.accepted, delivered: counts.shown, lost: lost,
            doubled: counts.doubled, disordered: counts.disordered, kills: mischief.kills,
            deeds: Dictionary(uniqueKeysWithValues: rolling ? [("restart", restarts.steps.count)] : deeds),
            retries: counts.retries, unproven: counts.unproven,
            slowestSendSeconds: Double(counts.slowestMilliseconds) / 1_000, secondsToCalm: calm, leftInQueues: left,
            allowedSendSeconds: rolling ? RollingRestart.sendSeconds : nil)
    }

    /// People write while nodes are troubled, until everything is written; then the network is left alone.
    /// - Returns: how long it took from the last deed until everything was shown; -1 if it wasn't.
    private func trouble(
        _ cluster: Cluster, _ crowd: Crowd, _ tally: Tally, _ seed: UInt64, _ mischief: inout Mischief
    ) async throws -> Double {
        let writing = Writing()
        let (count, pace) = (messages, Duration.milliseconds(pace))
        async let written: Void = writing.whileWriting { try await crowd.write(count, pace: pace, seed: seed) }
        while await !writing.isOver {
            try await mischief.go(cluster) { deed in
                let counts = tally.counts
                say("\(deed): \(counts.accepted) of \(messages) accepted, \(counts.shown) shown")
            }
        }
        try await written
        return await calm(tally)
    }

    /// People write until every node was restarted.
    private func restart(
        _ cluster: Cluster, _ crowd: Crowd, _ tally: Tally, _ seed: UInt64, _ restarts: inout RollingRestart
    ) async throws -> Double {
        let over = Latch()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (count, pace) = (messages, Duration.milliseconds(pace))
            group.addTask {
                try await crowd.write(count, pace: pace, seed: seed) { over.isSet }
            }
            defer { over.set() }
            try await Task.sleep(for: .seconds(1))
            try await restarts.go(cluster, tally) { say($0) }
            over.set()
            try await group.waitForAll()
        }
        return await calm(tally)
    }

    private func calm(_ tally: Tally) async -> Double {
        (try? await wait("all is shown", 180) { tally.missing.isEmpty }) ?? -1
    }
}

/// A line at once, also into a pipe.
private func say(_ line: String) { try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8)) }

/// Says once that something is over.
private final class Latch: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}

/// Whether people still write.
private actor Writing {
    private(set) var isOver = false

    func whileWriting(_ write: @Sendable () async throws -> Void) async throws {
        defer { isOver = true }
        try await write()
    }
}
