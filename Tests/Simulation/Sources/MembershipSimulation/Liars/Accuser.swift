import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// Says of everybody, all the time and to everybody, that it is silent; and to those who ask it for a relay, too.
struct Accuser: RepeatingLiar {
    static let interval: UInt64 = 500
    /// To so many at a time.
    private static let audience = 32
    var nextDeadline: UInt64
    private var random: SeededRandom

    init(seed: UInt64, from time: UInt64) {
        nextDeadline = time
        random = SeededRandom(seed: seed)
    }

    mutating func speak(as host: MembershipHost, _ outlet: inout MembershipHost.Outlet) {
        let members = host.core.roster.members.filter { $0.node != host.cast.nodes[host.number] }
        let digest = host.core.roster.digest
        for other in random.sample(host.linked, Self.audience) {
            let accused = random.sample(members, SwimLies.nodesPerAccusation)
                .filter { $0.node != host.cast.nodes[other] }.map { ($0.node, $0.record.incarnation) }
            host.send(.core(SwimLies.accusation(of: accused, digest: digest)), to: other, &outlet)
            host.send(.core(SwimLies.suspicion(digest: digest)), to: other, &outlet)
        }
    }

    func answer(
        _ event: HostEvent<MembershipMessage>, as host: MembershipHost, _ outlet: inout MembershipHost.Outlet
    ) -> Bool {
        guard case .message(.core(let bytes), let other, _) = event, let denial = SwimLies.denial(of: bytes) else {
            return false
        }
        host.send(.core(denial), to: other, &outlet)
        return true
    }
}
