import Foundation

/// The command line of `mesh-fuzz`.
struct Options {
    static let help = """
        usage: mesh-fuzz [--iterations N] [--seed N] [--target NAME]... [--cases DIR] [FILE]

        Gives N mutated inputs (1,000,000 without --iterations) to every decoder, or to those named. A decoder must give a value or an error, and a value must survive being encoded and decoded again.
        An input that traps a decoder, keeps it busy for 20 s or breaks such a property is kept below the cases'
        directory (Tools/fuzz/Cases), and given first from then on. The seed is printed; the same seed repeats a run.

        With one target and a FILE, gives it what is in the file, in this process.

        targets: \(FuzzTarget.all.map(\.name).joined(separator: ", "))

        """

    var iterations = 1_000_000
    var seed = UInt64.random(in: 0...UInt64(UInt32.max))
    var targets: [FuzzTarget] = []
    var cases = CaseDirectory(URL(fileURLWithPath: "Tools/fuzz/Cases"))
    var file: String?
    /// Set where this process is a worker: the file for its last input.
    var worker: String?

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if !name.hasPrefix("--") {
                guard file == nil else { return nil }
                file = name
                continue
            }
            guard let value = rest.popFirst(), take(name, value) else { return nil }
        }
        if file != nil, targets.count != 1 { return nil }
        if targets.isEmpty { targets = FuzzTarget.all }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "--iterations": return Int(value).map { iterations = $0 } != nil && iterations > 0
        case "--seed": return UInt64(value).map { seed = $0 } != nil
        case "--cases": cases = CaseDirectory(URL(fileURLWithPath: value))
        case "--worker": worker = value
        case "--target":
            guard let target = FuzzTarget.all.first(where: { $0.name == value }) else { return false }
            targets.append(target)
        default: return false
        }
        return true
    }
}
