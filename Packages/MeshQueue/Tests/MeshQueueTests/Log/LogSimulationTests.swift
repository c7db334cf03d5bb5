import Foundation
import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("A log on a faulty disk")
struct LogSimulationTests {
    /// 4 seeds of 12 lives each, some seconds; LOG_SEEDS=1000 for a long run, LOG_FIRST_SEED to repeat one.
    private static let seeds: ClosedRange<UInt64> = {
        let first = UInt64(ProcessInfo.processInfo.environment["LOG_FIRST_SEED"] ?? "") ?? 1
        let count = UInt64(ProcessInfo.processInfo.environment["LOG_SEEDS"] ?? "") ?? 4
        return first...first + count - 1
    }()

    @Test("After crashes that lose and tear what wasn't synchronized, all that was answered is there")
    func crashes() {
        var lost = 0
        for seed in Self.seeds {
            var simulation = LogSimulation(seed: seed)
            simulation.losesPower = seed % 4 != 0
            simulation.run(lives: 12, commitsPerLife: 25)
            #expect(simulation.problems == [])
            #expect(simulation.reports.losses == [])
            lost += simulation.disk.counts.lostSectors
        }
        #expect(lost > 0)
    }

    @Test("Writes, synchronizations and names that fail lose nothing that was answered")
    func failing() {
        var failures = 0
        for seed in Self.seeds {
            var faults = FaultyDisk.Faults()
            faults.writeError = [0, 0.02, 0.1][Int(seed % 3)]
            faults.synchronizeError = [0.05, 0, 0.02][Int(seed / 3 % 3)]
            faults.nameError = [0, 0, 0.05][Int(seed / 9 % 3)]
            var simulation = LogSimulation(seed: seed, faults: faults)
            simulation.run(lives: 12, commitsPerLife: 25)
            #expect(simulation.problems == [])
            failures += simulation.failures
        }
        #expect(failures > 0)
    }

    @Test("A disk that is full refuses by name, loses nothing, and gives space back by removals")
    func full() {
        var failures = 0
        for seed in Self.seeds {
            var faults = FaultyDisk.Faults()
            faults.capacity = Int(120 << 10 + seed % 5 << 14)
            var simulation = LogSimulation(seed: seed, faults: faults)
            simulation.run(lives: 8, commitsPerLife: 40)
            #expect(simulation.problems == [])
            failures += simulation.failures
        }
        #expect(failures > 0)
    }
}
