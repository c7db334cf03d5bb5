extension SenderOrder {
    /// Shows `arrival`, which is held, and before it what is held and stands before it; gaps where something is missing.
    mutating func giveUp(before arrival: Arrival) -> [Release] {
        var visited: Set<UInt64> = []
        return giveUp(before: arrival.order, visited: &visited) + releaseReady()
    }

    /// `visited` holds the epochs on the way here: a chain that leads back to one of them is not followed again.
    private mutating func giveUp(before order: MessageOrder, visited: inout Set<UInt64>) -> [Release] {
        visited.insert(order.epoch)
        var releases: [Release] = []
        if next(of: order.epoch) == nil {
            if let previous = order.previous { releases += close(previous, visited: &visited) }
            pass(order.epoch, to: 1)
        }
        while let index = firstHeld(in: order.epoch, upTo: order.counter) {
            releases += gap(before: held[index].order)
            releases.append(release(at: index))
        }
        return releases
    }

    /// Ends an epoch at its last counter: shows what is held of it, then what is missing of it.
    private mutating func close(_ epoch: PreviousEpoch, visited: inout Set<UInt64>) -> [Release] {
        guard !visited.contains(epoch.epoch) else { return [] }
        var releases: [Release] = []
        if let last = lastHeld(in: epoch.epoch, upTo: epoch.count) {
            releases += giveUp(before: held[last].order, visited: &visited)
        }
        if let next = next(of: epoch.epoch) {
            if next <= epoch.count { releases.append(.gap(Gap(missing: epoch.count - next + 1, isAtLeast: false))) }
        } else {
            releases.append(.gap(Gap(missing: epoch.count, isAtLeast: true)))
        }
        pass(epoch.epoch, to: epoch.count + 1)
        return releases
    }

    private func gap(before order: MessageOrder) -> [Release] {
        guard let next = next(of: order.epoch), order.counter > next else { return [] }
        return [.gap(Gap(missing: order.counter - next, isAtLeast: false))]
    }

    private func firstHeld(in epoch: UInt64, upTo counter: UInt64) -> Int? {
        heldIndices(in: epoch, upTo: counter).min { held[$0].order.counter < held[$1].order.counter }
    }

    private func lastHeld(in epoch: UInt64, upTo counter: UInt64) -> Int? {
        heldIndices(in: epoch, upTo: counter).max { held[$0].order.counter < held[$1].order.counter }
    }

    private func heldIndices(in epoch: UInt64, upTo counter: UInt64) -> [Int] {
        held.indices.filter { held[$0].order.epoch == epoch && held[$0].order.counter <= counter }
    }
}
