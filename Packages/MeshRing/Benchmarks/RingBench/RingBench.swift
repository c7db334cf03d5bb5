import Glibc

/// Measures placement: `ring-bench bench|capture [--nodes "N …"] [--seeds COUNT] [--first-seed N] [--report FILE]`.
///
///     bench     balance, what a join or leave moves, diversity, cost of a lookup, memory
///     capture   what an attacker with so many addresses gets of a given user's set
///
/// Prints a table and writes the figures as JSON.
@main
struct RingBench {
    static func main() throws {
        guard let options = Options(CommandLine.arguments.dropFirst(2)) else { usage() }
        switch CommandLine.arguments.dropFirst().first {
        case "bench": try BenchCommand(options).run()
        case "capture": try CaptureCommand(options).run()
        default: usage()
        }
    }

    private static func usage() -> Never {
        print(
            """
            usage: ring-bench bench|capture [--nodes "N …"] [--seeds COUNT] [--first-seed N] [--users COUNT] [--report FILE]
            """)
        exit(64)
    }
}

/// What the command line sets; empty values are as if they weren't given.
struct Options {
    var nodes: [Int] = []
    var seeds: Int?
    var firstSeed: UInt64 = 1
    var users: Int?
    var report: String?

    /// Nil where the arguments make no sense.
    init?(_ arguments: some Sequence<String>) {
        var arguments = Array(arguments)[...]
        while let name = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return nil }
            if value.isEmpty { continue }
            guard set(name, to: value) else { return nil }
        }
    }

    private mutating func set(_ name: String, to value: String) -> Bool {
        switch name {
        case "--nodes":
            nodes = value.split { $0 == " " || $0 == "," }.compactMap { Int($0) }
            return !nodes.isEmpty && nodes.allSatisfy { (1...100_000).contains($0) }
        case "--seeds":
            seeds = Int(value)
            return (1...1_000_000).contains(seeds ?? 0)
        case "--first-seed":
            guard let seed = UInt64(value) else { return false }
            firstSeed = seed
            return true
        case "--users":
            users = Int(value)
            return (1...1_000_000).contains(users ?? 0)
        case "--report":
            report = value
            return true
        default: return false
        }
    }

    /// `count` seeds from the first on, or as many as were asked for.
    func seedRange(_ count: Int) -> [UInt64] {
        (0..<UInt64(seeds ?? count)).map { firstSeed &+ $0 }
    }
}
