import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// Passes on records of others with changed bits, and old ones: of before a restart, and of who has left.
struct Forger: RepeatingLiar {
    static let interval: UInt64 = 500
    var nextDeadline: UInt64
    private var random: SeededRandom
    private let old: [NodeRecord]

    init(seed: UInt64, from time: UInt64, old: [NodeRecord]) {
        nextDeadline = time
        random = SeededRandom(seed: seed)
        self.old = old
    }

    mutating func speak(as host: MembershipHost, _ outlet: inout MembershipHost.Outlet) {
        for other in random.sample(host.linked, 8) {
            let replayed = old.map { ReportedRecord($0, state: .alive) }
            host.send(.records(replayed), to: other, &outlet)
            let forged = host.core.roster.members.filter { $0.node != host.cast.nodes[host.number] }
            let changed = random.sample(forged, 4).compactMap { changedCopy(of: $0.record) }
            if !changed.isEmpty { host.send(.records(changed), to: other, &outlet) }
        }
    }

    /// One bit other, at a place that leaves a readable record.
    private mutating func changedCopy(of record: NodeRecord) -> ReportedRecord? {
        var bytes = record.encoded
        // Behind version and network, which would be refused for themselves.
        let bit = 8 * 33 + random.below(8 * (bytes.count - 33))
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return (try? NodeRecord(decoding: bytes)).map { ReportedRecord($0, state: .alive) }
    }
}
