import Glibc
import MeshQueue
import MeshQueueCore

/// Fills and empties a queue without end, and says on stdout what was acknowledged, until somebody kills it:
/// `queue-crasher DIRECTORY FIRST`.
///
/// Message n goes to recipient n % 5; every third is removed 40 messages later. A line `a r` means: messages below a
/// are stored, removable ones below r are removed.
@main
struct QueueCrasher {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let first = Int(arguments[2]) else {
            print("usage: queue-crasher DIRECTORY FIRST")
            exit(64)
        }
        let store = try LogQueueStore(
            disk: try PosixDisk(path: arguments[1]), options: CrasherScript.options, random: .random(in: 0 ... .max))
        var next = first
        var removed = max(0, first - CrasherScript.delay)
        while true {
            let end = next + 1 + next % CrasherScript.largestBatch
            var operations = (next..<end).map(CrasherScript.append)
            let removeEnd = max(removed, next - CrasherScript.delay)
            operations += (removed..<removeEnd).filter(CrasherScript.isRemoved).map(CrasherScript.remove)
            _ = try store.commit(operations, nowSeconds: CrasherScript.nowSeconds)
            next = end
            removed = removeEnd
            say("\(next) \(removed)\n")
            store.housekeep(isIdle: next % 7 == 0)
        }
    }

    /// One write, so that a line is whole or not there.
    private static func say(_ line: String) {
        let bytes = Array(line.utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}

/// What the crasher does, for those who look afterwards.
enum CrasherScript {
    static let nowSeconds: UInt32 = 1_800_000_000
    static let delay = 40
    static let largestBatch = 30
    /// Small files, so that a life of some hundred commits sees many of them.
    static var options: LogOptions {
        LogOptions(
            smallestSegmentBytes: 64 << 10, largestSegmentBytes: 256 << 10, tombstoneBytesPerFold: 4 << 10)
    }

    static func isRemoved(_ number: Int) -> Bool { number % 3 == 0 }

    static func recipient(_ number: Int) -> QueueRecipient {
        QueueRecipient([UInt8](repeating: UInt8(number % 5), count: 32))!
    }

    static func id(_ number: Int) -> QueueItemID {
        let word = UInt64(number)
        return withUnsafeBytes(of: (word.bigEndian, ~word)) { QueueItemID(copying: $0) }
    }

    static func payload(_ number: Int) -> [UInt8] {
        let size = [1_024, 10, 3_000, 512, 20_000, 1_100, 100][number % 7]
        return (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number &* 7) }
    }

    static func append(_ number: Int) -> QueueOperation {
        .append(recipient: recipient(number), id: id(number), expirySeconds: .max, payload: payload(number))
    }

    static func remove(_ number: Int) -> QueueOperation {
        .remove(recipient: recipient(number), id: id(number), proof: .empty, keepUntilSeconds: .max)
    }
}
