/// The smallest, middle and largest of several measurements.
struct Spread: Sendable {
    let minimum: Double
    let median: Double
    let maximum: Double

    /// Nil without values.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        minimum = sorted[0]
        median =
            sorted.count.isMultiple(of: 2)
            ? (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2 : sorted[sorted.count / 2]
        maximum = sorted[sorted.count - 1]
    }

    var all: [Double] { [minimum, median, maximum] }
}
