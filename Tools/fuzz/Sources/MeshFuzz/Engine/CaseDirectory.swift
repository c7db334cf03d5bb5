public import Foundation

/// Inputs that failed once: one directory for each target, one file for each input. They are given first in every run,
/// and committed with the change that mends them.
public struct CaseDirectory: Sendable {
    private let root: URL

    var path: String { root.path }

    /// The directory that holds a directory for each target.
    public init(_ root: URL) {
        self.root = root
    }

    /// A target's kept inputs, in the order of their names.
    public func cases(of target: FuzzTarget) -> [[UInt8]] {
        let directory = root.appendingPathComponent(target.name)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.sorted().compactMap { name in
            FileManager.default.contents(atPath: directory.appendingPathComponent(name).path).map { [UInt8]($0) }
        }
    }

    /// Keeps an input, under a name made of its content.
    /// - Returns: the file.
    public func keep(_ input: [UInt8], of target: FuzzTarget) throws -> URL {
        let directory = root.appendingPathComponent(target.name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appendingPathComponent("\(Self.name(of: input)).bin")
        try Data(input).write(to: file)
        return file
    }

    /// FNV-1a, 64 bits: only to tell files apart.
    private static func name(of input: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in input { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
