import DeliverySimulation
import Testing

@Suite("Broken nodes are found", .serialized)
struct MutationTests {
    @Test("within 200 seeds", arguments: Mutation.allCases)
    func isFound(mutation: Mutation) {
        let first = UInt64.random(in: 0..<1 << 32)
        for seed in first..<first + 200 {
            var settings = DeliverySettings(seed: seed)
            settings.mutation = mutation
            guard let violation = settings.run(cast: DeliveryTests.cast).violation else { continue }
            print(
                "\(mutation.rawValue): found by seed \(seed - first + 1) of those from \(first): \(violation.invariant)"
            )
            #expect(mutation.breaks.contains(violation.invariant), "\(violation)")
            return
        }
        Issue.record("\(mutation.rawValue) was found by none of 200 seeds from \(first)")
    }
}

extension Mutation {
    /// What its lack may show as.
    fileprivate var breaks: [Invariant] {
        switch self {
        case .acknowledgeBeforeCommit, .countTwice: [.promise]
        case .forgetTombstone: [.resurrection]
        case .letGoEarly: [.custody, .delivery, .convergence]
        // A node that compares no more keeps what others have removed, too.
        case .ignoreRosterChange: [.custody, .delivery, .convergence, .resurrection]
        case .breakOrder: [.order]
        }
    }
}
