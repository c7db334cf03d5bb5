package import MembershipSimulation

/// What `mesh-sim membership` is told to run.
package struct CampaignOptions: Sendable {
    /// How many nodes there are at first, one after the other.
    package var nodes = [16, 128, 1_000]
    /// Messages lost, of a hundred.
    package var lossPercent = 5
    /// Runs of each scenario; nil for a hundred, and twenty from 1,000 nodes on.
    package var seeds: Int?
    /// The seed of the first run; the others follow.
    package var firstSeed: UInt64 = 1
    /// What happens.
    package var scenarios = Scenario.allCases
    /// Runs at once.
    package var jobs = 2
    /// How long scenarios without an end last, in milliseconds; nil for what their measure needs.
    package var duration: UInt64?
    /// Whether runs are made again that were made before.
    package var again = false
    /// Where the report goes, and beside it the runs that it is made of.
    package var report = ".build/reports/sim-membership.json"

    /// The whole measure.
    package init() {}

    /// Reads a command line.
    /// - Throws: ``OptionError`` naming what can't be used.
    package init(arguments: [String]) throws(OptionError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--again" {
                again = true
                continue
            }
            guard let value = rest.popFirst() else { throw .missingValue(option) }
            try set(option, value)
        }
    }

    private mutating func set(_ option: String, _ value: String) throws(OptionError) {
        switch option {
        case "--nodes": nodes = try Self.list(value, option) { Int($0) }.filter { (4...5_000).contains($0) }
        case "--loss": lossPercent = try Self.number(value, option, 0...50)
        case "--seeds": seeds = try Self.number(value, option, 1...1_000_000)
        case "--first-seed":
            guard let seed = UInt64(value) else { throw .unusable(option, value) }
            firstSeed = seed
        case "--scenarios": scenarios = try Self.list(value, option, Scenario.init(rawValue:))
        case "--jobs": jobs = try Self.number(value, option, 1...256)
        case "--duration": duration = UInt64(try Self.number(value, option, 1...86_400_000))
        case "--report": report = value
        default: throw .unknown(option)
        }
        if nodes.isEmpty { throw .unusable(option, value) }
    }

    private static func number(_ text: String, _ option: String, _ range: ClosedRange<Int>) throws(OptionError) -> Int {
        guard let number = Int(text), range.contains(number) else { throw .unusable(option, text) }
        return number
    }

    private static func list<Value>(
        _ text: String, _ option: String, _ read: (String) -> Value?
    ) throws(OptionError) -> [Value] {
        let parts = text.split { $0 == "," || $0 == " " }.map(String.init)
        let values = parts.compactMap(read)
        guard !values.isEmpty, values.count == parts.count else { throw .unusable(option, text) }
        return values
    }
}

/// What is wrong with a command line.
package enum OptionError: Error, Equatable, CustomStringConvertible {
    /// There is no such option.
    case unknown(String)
    /// The option stands at the end.
    case missingValue(String)
    /// Not a value of this option.
    case unusable(String, String)

    /// What to change.
    package var description: String {
        switch self {
        case .unknown(let option): "unknown option \(option); see `mesh-sim help`"
        case .missingValue(let option): "\(option) needs a value"
        case .unusable(let option, let value): "\(option) can't be '\(value)'; see `mesh-sim help`"
        }
    }
}

extension CampaignOptions {
    /// All runs, in the order in which they are made.
    package var runs: [RunSettings] {
        nodes.flatMap { nodes in scenarios.flatMap { scenario in runs(of: scenario, nodes) } }
    }

    private func runs(of scenario: Scenario, _ nodes: Int) -> [RunSettings] {
        let count = seeds ?? (nodes >= 1_000 ? 20 : 100)
        return (0..<count).map { index in
            RunSettings(
                scenario: scenario, nodes: nodes, lossPercent: lossPercent, seed: firstSeed &+ UInt64(index),
                duration: duration ?? Self.duration(of: scenario, nodes, seeds: count))
        }
    }

    /// Slow nodes are watched for a thousand node-hours, all seeds together.
    private static func duration(of scenario: Scenario, _ nodes: Int, seeds: Int) -> UInt64 {
        guard scenario == .slow else { return 20_000 }
        let wanted = 1_000 * 3_600_000 / (nodes * seeds) + 1
        return UInt64(max(20_000, wanted))
    }
}
