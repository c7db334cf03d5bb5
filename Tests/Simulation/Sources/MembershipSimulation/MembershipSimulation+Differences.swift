import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

extension MembershipSimulation {
    /// How many differences are named.
    private static let named = 8

    /// Where rosters differ from the nodes that run: for whoever has to find out why they don't agree.
    var differences: String {
        let running = Set(honest)
        var found: [String] = []
        for judge in honest {
            for number in cast.nodes.indices where !ledger.liars.contains(number) {
                let member = network.withHost(judge) { $0.core.roster[cast.nodes[number]] } ?? nil
                if let text = difference(member, running.contains(number)) {
                    found.append("\(judge) has \(number) \(text)")
                }
            }
        }
        let rest = found.count > Self.named ? " and \(found.count - Self.named) more" : ""
        return found.prefix(Self.named).joined(separator: ", ") + rest
    }

    /// Who removed whom falsely, and when after the start; nil if nobody.
    var removals: String? {
        let removals = ledger.falseRemovals.prefix(Self.named).map { removal in
            "\(removal.judge) removed \(removal.host) after \(removal.time - start) ms"
        }
        return removals.isEmpty ? nil : removals.joined(separator: ", ")
    }

    private func difference(_ member: Roster.Member?, _ isRunning: Bool) -> String? {
        guard let member else { return isRunning ? "not at all" : nil }
        guard member.state.isPlaced != isRunning else { return incarnationDifference(member) }
        return isRunning ? "as \(member.state)" : "still as \(member.state)"
    }

    private func incarnationDifference(_ member: Roster.Member) -> String? {
        guard member.state.isPlaced, let number = cast.number(of: member.node) else { return nil }
        let own = network.withHost(number) { $0.core.ownRecord.incarnation } ?? member.record.incarnation
        return own == member.record.incarnation ? nil : "in incarnation \(member.record.incarnation) of \(own)"
    }
}
