package import Foundation
package import MembershipSimulation

/// The runs that have been made, one JSON object a line: a measure that was interrupted goes on where it stopped.
///
/// The first line names the program that made them: another build's runs say nothing about this one, and are dropped.
package struct RunStore {
    private struct Header: Codable, Equatable {
        let program: String
    }

    private let file: URL
    private let program: String
    /// All runs by what they were made of.
    package private(set) var results: [RunSettings: RunResult] = [:]

    /// Opens the file, or begins it.
    package init(file: URL, program: String) throws {
        self.file = file
        self.program = program
        let lines = (try? String(contentsOf: file, encoding: .utf8))?.split(separator: "\n") ?? []
        let decoder = JSONDecoder()
        let header = lines.first.flatMap { try? decoder.decode(Header.self, from: Data($0.utf8)) }
        guard header == Header(program: program) else {
            try begin()
            return
        }
        for line in lines.dropFirst() {
            // The last line may have been cut off.
            guard let result = try? decoder.decode(RunResult.self, from: Data(line.utf8)) else { continue }
            results[result.settings] = result
        }
    }

    private func begin() throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try (JSONEncoder().encode(Header(program: program)) + Data("\n".utf8)).write(to: file)
    }

    /// Keeps a run.
    package mutating func add(_ result: RunResult) throws {
        results[result.settings] = result
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        try handle.seekToEnd()
        // A line that was cut off ends here.
        try handle.write(contentsOf: Data("\n".utf8) + encoder.encode(result) + Data("\n".utf8))
    }
}

extension RunStore {
    /// What tells one build of a program from another: FNV-1a over its bytes.
    package static func fingerprint(ofProgram path: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else { return "unknown" }
        // Over the memory itself: a program has tens of millions of bytes, and `Data` takes its time for each.
        let hash = bytes.withUnsafeBytes { bytes in
            bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        return String(hash, radix: 16)
    }
}
