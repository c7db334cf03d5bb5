import Dispatch
import Foundation
import MeshQueue

/// Messages of 1 KiB: appended, committed, removed by proof, committed; 64 to a commit.
struct QueueWork: MicroWork {
    static let name = "append-commit-acknowledge"
    static let count = 1_280
    private static let batch = 64
    private let queue: DurableQueue
    private let answers: Answers
    private let directory: String
    /// Batches, made beforehand: making them would be half of what is counted.
    private let appends: [[QueueOperation]]
    private let removals: [[QueueOperation]]

    /// The queue's answers, which come on its own threads.
    private final class Answers: Sendable {
        let semaphore = DispatchSemaphore(value: 0)
    }

    init() throws {
        let directory = NSTemporaryDirectory() + "mesh-micro-\(getpid())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let answers = Answers()
        queue = try DurableQueue(
            directory: directory, completions: { for _ in $0 { answers.semaphore.signal() } })
        self.answers = answers
        self.directory = directory
        let batches = stride(from: 0, to: Self.count * 2, by: Self.batch).map { $0..<$0 + Self.batch }
        appends = batches.map { $0.map(Self.append) }
        removals = batches.map { $0.map(Self.remove) }
    }

    mutating func run(_ count: Int) throws {
        for number in 0..<count / Self.batch {
            try commit(appends[number])
            try commit(removals[number])
        }
        queue.close()
        try FileManager.default.removeItem(atPath: directory)
    }

    private func commit(_ operations: [QueueOperation]) throws {
        try queue.submit(operations, nowSeconds: Samples.wallSeconds, token: 1)
        answers.semaphore.wait()
    }

    private static func recipient(_ number: Int) -> QueueRecipient {
        QueueRecipient(Samples.bytes(32, number: number % 10))!
    }

    private static func id(_ number: Int) -> QueueItemID {
        var bytes = Samples.bytes(16, number: 0)
        bytes.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number) &* 0x9e37_79b9_7f4a_7c15, as: UInt64.self) }
        return QueueItemID(bytes)!
    }

    private static func append(_ number: Int) -> QueueOperation {
        .append(
            recipient: recipient(number), id: id(number), expirySeconds: Samples.wallSeconds + 3_600,
            payload: Samples.bytes(1_058, number: number))
    }

    private static func remove(_ number: Int) -> QueueOperation {
        .remove(
            recipient: recipient(number), id: id(number), proof: QueueProof(Samples.bytes(55, number: number))!,
            keepUntilSeconds: Samples.wallSeconds + 7_200)
    }
}
