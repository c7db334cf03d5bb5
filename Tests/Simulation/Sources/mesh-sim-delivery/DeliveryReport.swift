import DeliverySimulation
import Foundation

/// The figures of a batch, as they stand in `sim.json`.
struct DeliveryReport: Codable, CustomStringConvertible {
    var seeds: Int
    var violations: Int
    var firstViolationSeed: UInt64?
    var accepted: Int
    var delivered: Int
    var stillHeld: Int
    var refused: Int
    var crashes: Int
    var wipes: Int
    var corruptions: Int
    var mended: Int
    var partitions: Int
    var pauses: Int
    var joins: Int
    var drains: Int
    var fullDisks: Int
    var lostWrites: Int
    var late: Int
    var clockChanges: Int
    var withheld: Int
    var missing: Int
    var unproven: Int
    var junkRemovals: Int
    var recalls: Int
    var recalled: Int
    var frames: Int
    var simulatedNodeHours: Double
    var simulatedNetworkHours: Double
    var wallSeconds: Double

    init(_ results: [DeliveryResult], wallSeconds: Double) {
        var sum = DeliveryCounts()
        for result in results { sum += result.counts }
        seeds = results.count
        violations = results.count { $0.violation != nil }
        firstViolationSeed = results.filter { $0.violation != nil }.map(\.seed).min()
        (accepted, delivered, stillHeld, refused) = (sum.accepted, sum.delivered, sum.stillHeld, sum.refused)
        (crashes, wipes, partitions) = (sum.crashes, sum.wipes, sum.partitions)
        (corruptions, mended) = (sum.corruptions, sum.mended)
        (pauses, joins, drains, fullDisks) = (sum.pauses, sum.joins, sum.drains, sum.fullDisks)
        (withheld, missing, unproven, junkRemovals) = (sum.withheld, sum.missing, sum.unproven, sum.junkRemovals)
        clockChanges = sum.clockChanges
        (recalls, recalled) = (sum.recalls, sum.recalled)
        (lostWrites, late, frames) = (sum.lostWrites, sum.late, sum.frames)
        simulatedNodeHours = Double(sum.nodeMilliseconds) / 3_600_000
        simulatedNetworkHours = Double(sum.networkMilliseconds) / 3_600_000
        self.wallSeconds = wallSeconds
    }

    var description: String {
        let speed = simulatedNetworkHours / max(wallSeconds, 0.001) * 60
        return """
            \(seeds) seeds, \(violations) with a broken invariant
              messages   \(accepted) accepted, \(delivered) delivered, \(stillHeld) held for who has not come, \
            \(refused) refusals, \(late) shown late
              injected   \(crashes) crashes (\(wipes) with the disk), \(partitions) partitions, \(pauses) pauses, \
            \(joins) joins, \(drains) drains
                         \(fullDisks) full disks, \(lostWrites) lost writes, \(clockChanges) clocks set back, \(corruptions) unreadable \
            messages (\(mended) mended)
              recalls    \(recalls), \(recalled) of them signed by all as never handed out
              lies       \(withheld) times a node was named as withholding, \(missing) as lacking a message; \(unproven) \
            unproven acceptances, \(junkRemovals) removals of nothing
              time       \(Self.short(simulatedNetworkHours)) network-hours, \(Self.short(simulatedNodeHours)) node-hours in \
            \(Self.short(wallSeconds)) s: \(Self.short(speed)) network-hours a minute
            """
    }

    private static func short(_ value: Double) -> String { String(format: "%.1f", value) }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path))
    }
}
