import RingMeasures

/// Figures over all draws.
struct CaptureResults {
    private let replicas: Int
    private(set) var outcomes: [Holding: [Int: CaptureDraw.Outcome]] = [:]
    private(set) var prototype: [Int: CaptureFigures] = [:]
    private(set) var neighbour: [Int: CaptureFigures] = [:]

    init(replicas: Int) {
        self.replicas = replicas
    }

    mutating func add(_ drawn: [Int: CaptureDraw.Outcome], of holding: Holding) {
        let nothing = CaptureFigures(replicas: replicas)
        for (nodes, outcome) in drawn {
            var sum = outcomes[holding]?[nodes] ?? CaptureDraw.Outcome(chosen: nothing, together: nothing)
            sum.chosen.add(outcome.chosen)
            sum.together.add(outcome.together)
            outcomes[holding, default: [:]][nodes] = sum
        }
    }

    mutating func add(prototype drawn: [Int: CaptureFigures]) {
        for (nodes, figures) in drawn {
            prototype[nodes, default: CaptureFigures(replicas: replicas)].add(figures)
        }
    }

    mutating func add(neighbour drawn: [Int: CaptureFigures]) {
        for (nodes, figures) in drawn {
            neighbour[nodes, default: CaptureFigures(replicas: replicas)].add(figures)
        }
    }

    /// The keys that changes are compared by, and all figures under `scenarios`.
    func report(_ nodeCounts: [Int], _ quorum: Int) -> JSON {
        let main = nodeCounts.map { nodes in
            let one = outcomes[.ipv4(1, prefixes: 1)]?[nodes]?.chosen
            let all = outcomes[.ipv4(1_000, prefixes: 1)]?[nodes]?.chosen
            return (
                "\(nodes)",
                JSON.object([
                    ("residenceOneAddress", .number(one?.residence ?? .nan)),
                    ("allReplicasOneSlash16", .number(all?.replicas(atLeast: replicas) ?? .nan)),
                    ("prototypeResidenceOneAddress", .number(prototype[nodes]?.residence ?? .nan)),
                ])
            )
        }
        var scenarios = Holding.all.map { holding in
            (holding.name, byNodes(nodeCounts) { nodes in outcomes[holding]?[nodes].map { json($0, quorum) } })
        }
        scenarios.append(("neighbour", byNodes(nodeCounts) { neighbour[$0].map { .object(members($0, quorum)) } }))
        scenarios.append(("prototype", byNodes(nodeCounts) { prototype[$0].map { .object(members($0, quorum)) } }))
        return .object(main + [("scenarios", .object(scenarios))])
    }

    private func byNodes(_ nodeCounts: [Int], _ value: (Int) -> JSON?) -> JSON {
        .object(nodeCounts.compactMap { nodes in value(nodes).map { ("\(nodes)", $0) } })
    }

    private func json(_ outcome: CaptureDraw.Outcome, _ quorum: Int) -> JSON {
        .object(members(outcome.chosen, quorum) + [("allAtOnce", .object(members(outcome.together, quorum)))])
    }

    private func members(_ figures: CaptureFigures, _ quorum: Int) -> [(String, JSON)] {
        [
            ("trials", .count(figures.trials)), ("residence", .number(figures.residence)),
            ("oneReplica", .number(figures.replicas(atLeast: 1))),
            ("writeQuorum", .number(figures.replicas(atLeast: quorum))),
            ("allReplicas", .number(figures.replicas(atLeast: replicas))),
        ]
    }
}
