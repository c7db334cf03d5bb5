import DeliverySimulation
import Foundation
import LyingNode
import Synchronization

/// Many runs, side by side.
struct Batch {
    let first: UInt64
    let count: UInt64
    let nodes: Int
    let replicas: UInt8
    let mutation: Mutation?
    let lie: Lie?
    let fullClients: Bool
    let trace: Bool

    func run(jobs: Int, until deadline: Date?) async -> [DeliveryResult] {
        let cast = DeliveryCast(seats: settings(first).seats, replicas: replicas)
        let tickets = Tickets()
        return await withTaskGroup(of: [DeliveryResult].self) { group in
            for _ in 0..<max(1, jobs) {
                group.addTask { work(tickets, deadline, cast) }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func work(_ tickets: Tickets, _ deadline: Date?, _ cast: DeliveryCast) -> [DeliveryResult] {
        var results: [DeliveryResult] = []
        while deadline.map({ $0 > Date() }) ?? true {
            let index = tickets.take()
            guard index < count else { break }
            results.append(settings(first + index).run(cast: cast, trace: trace ? { print($0) } : nil))
        }
        return results
    }

    private func settings(_ seed: UInt64) -> DeliverySettings {
        var settings = DeliverySettings(seed: seed)
        settings.nodes = nodes
        settings.mutation = mutation
        settings.lie = lie
        settings.hasFullClients = fullClients || lie != nil || replicas > 3
        return settings
    }
}

/// Numbers that are given out once each.
private final class Tickets: Sendable {
    private let next = Atomic<UInt64>(0)

    func take() -> UInt64 { next.wrappingAdd(1, ordering: .relaxed).oldValue }
}
