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

/// All repetitions of one shape.
struct ShapeResult: Sendable {
    let name: String
    let runs: [Run]

    /// One figure over the repetitions; nil where it doesn't apply.
    func spread(_ figure: (Run) -> Double?) -> Spread? { Spread(runs.compactMap(figure)) }

    func latency(permille: Double) -> Spread? { spread { $0.latencies.milliseconds(permille: permille) } }

    /// The figures by the report's names.
    var figures: [(name: String, spread: Spread)] {
        let all: [(String, Spread?)] = [
            ("perSecond", spread(\.perSecond)),
            ("p50Milliseconds", latency(permille: 500)),
            ("p99Milliseconds", latency(permille: 990)),
            ("p999Milliseconds", latency(permille: 999)),
            (
                "serverCPUMicroseconds",
                spread { $0.serverCPUMicroseconds.isEmpty ? nil : $0.serverCPUMicroseconds.reduce(0, +) }
            ),
            ("clientCPUMicroseconds", spread(\.clientCPUMicroseconds)),
            ("clientCPUPercent", spread(\.clientCPUPercent)),
            ("peakRSSMiB", spread(\.peakRSSMiB)),
            ("idleKiBPerConnection", spread(\.idleKiBPerConnection)),
            ("startSeconds", spread(\.startSeconds)),
            ("bytesPerQueuedMessage", spread(\.bytesPerQueuedMessage)),
            ("diskBytesPerPayloadByte", spread(\.diskBytesPerPayloadByte)),
        ]
        return all.compactMap { name, spread in spread.map { (name, $0) } }
    }
}
