/// All repetitions of one shape.
struct ShapeResult: Sendable {
    let shape: Shape
    var runs: [Run] = []

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
            ("wireBytesPerMessage", spread(\.wireBytesPerMessage)),
            ("coordinatorCPUMicroseconds", spread(\.coordinatorCPUMicroseconds)),
            ("memberCPUMicroseconds", spread(\.memberCPUMicroseconds)),
        ]
        return all.compactMap { name, spread in spread.map { (name, $0) } }
    }
}
