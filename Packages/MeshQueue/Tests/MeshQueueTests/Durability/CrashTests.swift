import Foundation
import MeshQueue
import MeshQueueCore
import Testing

@testable import queue_crasher

@Suite("Processes that are killed")
struct CrashTests {
    /// A process that fills and empties a queue and says what was acknowledged.
    private final class Crasher {
        private let process = Process()
        private let output = Pipe()

        init(directory: String, first: Int) throws {
            let here = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            process.executableURL = here.appendingPathComponent("queue-crasher")
            process.arguments = [directory, "\(first)"]
            process.standardOutput = output
            try process.run()
        }

        /// Kills it after it acknowledged `lines` commits and a little more; returns its last words.
        func kill(afterLines lines: Int, microseconds: UInt32) throws -> (appended: Int, removed: Int)? {
            var text = Data()
            while text.count(where: { $0 == 10 }) < lines {
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { break }
                text += more
            }
            usleep(microseconds)
            Foundation.kill(process.processIdentifier, SIGKILL)
            text += try output.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            #expect(process.terminationReason == .uncaughtSignal)
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            guard let last = lines.dropLast().last else { return nil }
            let numbers = last.split(separator: " ").compactMap { Int($0) }
            return (numbers[0], numbers[1])
        }
    }

    @Test("After SIGKILL at any moment, all that was acknowledged is there, and nothing removed comes back")
    func killed() throws {
        let directory = TemporaryDirectory()
        var random = SplitMix(seed: UInt64(Date().timeIntervalSince1970))
        var next = 0
        var removed = 0
        for round in 0..<12 {
            let crasher = try Crasher(directory: directory.path, first: next)
            let lines = Int.random(in: 0...60, using: &random)
            let words = try crasher.kill(
                afterLines: lines, microseconds: UInt32.random(in: 0...30_000, using: &random))
            if let words { (next, removed) = words }
            next = try check(directory, acknowledged: next, removed: removed, round: round)
        }
        #expect(next > 300)
    }

    /// Opens what a killed process left, compares it with what it said, and returns the first number that is free.
    private func check(_ directory: TemporaryDirectory, acknowledged: Int, removed: Int, round: Int) throws -> Int {
        let store = try open(directory, options: CrasherScript.options)
        var present: Set<Int> = []
        for owner in 0..<5 {
            var request = QueueFetch(recipient: CrasherScript.recipient(owner), maxCount: 500)
            var last = -1
            while true {
                let page = try store.fetch(request)
                #expect(page.damaged.isEmpty, "round \(round): \(page.damaged)")
                for item in page.items {
                    let number = item.id.withUnsafeBytes { Int(UInt64(bigEndian: $0.load(as: UInt64.self))) }
                    #expect(number > last, "round \(round): out of order")
                    #expect(page.payload(of: item) == CrasherScript.payload(number)[...], "round \(round): \(number)")
                    last = number
                    present.insert(number)
                }
                if !page.hasMore { break }
                request.afterSequence = page.lastSequence
            }
        }
        let end = max(acknowledged, (present.max() ?? -1) + 1)
        // What was on its way when the process died may have happened or not: one batch, whole.
        #expect(end <= acknowledged + CrasherScript.largestBatch)
        for number in 0..<acknowledged {
            let isRemovable = CrasherScript.isRemoved(number)
            if !isRemovable || number >= acknowledged - CrasherScript.delay {
                #expect(present.contains(number), "round \(round): \(number) is lost")
            }
            if isRemovable, number < removed {
                #expect(!present.contains(number), "round \(round): \(number) came back")
            }
        }
        let again = try store.perform((0..<end).map(CrasherScript.append), nowSeconds: CrasherScript.nowSeconds)
        for (number, outcome) in again.enumerated() where number < acknowledged || present.contains(number) {
            #expect(outcome == (present.contains(number) ? .duplicate : .removedBefore), "round \(round): \(number)")
        }
        // Removals that were on their way are done now, so that the next round begins where it thinks it does.
        let pending = (0..<max(0, end - CrasherScript.delay)).filter {
            CrasherScript.isRemoved($0) && present.contains($0)
        }
        _ = try store.perform(pending.map(CrasherScript.remove), nowSeconds: CrasherScript.nowSeconds)
        store.close()
        return end
    }
}
