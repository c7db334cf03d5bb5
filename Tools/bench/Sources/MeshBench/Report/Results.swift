/// All that was measured, by contender and shape.
struct Results: Sendable {
    private var results: [(contender: Peer?, result: ShapeResult)] = []
    private var printed = 0

    mutating func add(_ run: Run, _ shape: Shape, _ contender: Peer?) {
        let index = results.firstIndex { $0.contender == contender && $0.result.shape == shape }
        if index == nil { results.append((contender, ShapeResult(shape: shape))) }
        results[index ?? results.count - 1].result.runs.append(run)
    }

    /// What was added since the last call, without shapes that nobody asked for.
    mutating func take(_ wanted: [Shape]) -> [(contender: String, ShapeResult)] {
        results.removeAll { !wanted.contains($0.result.shape) }
        defer { printed = results.count }
        return results[printed...].map { ($0.contender?.rawValue ?? "mesh", $0.result) }
    }

    func of(_ contender: Peer?) -> [ShapeResult] { results.filter { $0.contender == contender }.map(\.result) }

    var peers: [Peer] { Peer.allCases.filter { !of($0).isEmpty } }

    /// Nodes' medians divided by each peer's: more is better for rates, less for latencies and memory.
    var ratios: [(peer: String, ratios: [(name: String, value: Double)])] {
        peers.map { peer in
            (
                peer.rawValue,
                of(peer).flatMap { theirs in
                    of(nil).filter { $0.shape == theirs.shape }.flatMap { Self.ratios($0, theirs) }
                }
            )
        }
    }

    private static let compared = ["perSecond", "p50Milliseconds", "p99Milliseconds", "idleKiBPerConnection"]

    private static func ratios(_ ours: ShapeResult, _ theirs: ShapeResult) -> [(name: String, value: Double)] {
        compared.compactMap { name in
            guard let our = ours.figures.first(where: { $0.name == name })?.spread.median,
                let their = theirs.figures.first(where: { $0.name == name })?.spread.median, their > 0
            else { return nil }
            return ("\(ours.shape) \(name)", our / their)
        }
    }
}
