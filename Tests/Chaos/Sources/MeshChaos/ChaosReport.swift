import Foundation

/// What `chaos.json` says.
struct ChaosReport: Encodable {
    var seed: UInt64
    var nodes: Int
    var clients: Int
    var accepted: Int
    var delivered: Int
    var lost: Int
    var doubled: Int
    var disordered: Int
    var kills: Int
    var deeds: [String: Int]
    var retries: Int
    var unproven: Int
    var slowestSendSeconds: Double
    var secondsToCalm: Double
    var leftInQueues: Int
    /// The longest that a send may take, where that counts.
    var allowedSendSeconds: Double?

    var isClean: Bool {
        lost == 0 && doubled == 0 && disordered == 0 && allowedSendSeconds.map { slowestSendSeconds <= $0 } ?? true
    }

    func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try encoder.encode(self).write(to: file)
    }

    var table: String {
        let rows: [(String, String)] = [
            ("accepted", "\(accepted)"), ("delivered", "\(delivered)"), ("lost", "\(lost)"),
            ("doubled", "\(doubled)"), ("out of order", "\(disordered)"),
            (
                "done to nodes",
                deeds.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
            ),
            ("sent again", "\(retries)"), ("acceptances without enough receipts", "\(unproven)"),
            ("slowest send", String(format: "%.1f s", slowestSendSeconds)),
            ("all shown after the last deed", String(format: "%.1f s", secondsToCalm)),
            ("left in queues then", "\(leftInQueues)"),
        ]
        return rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
    }
}
