import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// Tells others of a hundred thousand nodes that don't exist, well signed, at addresses where nobody answers.
struct Inventor: RepeatingLiar {
    static let interval: UInt64 = 250
    /// How many nodes it makes up.
    static let nodes = 100_000
    /// How many it tells all of it.
    private static let audience = 32
    /// In one message.
    private static let page = 250
    var nextDeadline: UInt64
    private let invented: [NodeRecord]
    private var position = 0

    init(from time: UInt64, invented: [NodeRecord]) {
        nextDeadline = time
        self.invented = invented
    }

    mutating func speak(as host: MembershipHost, _ outlet: inout MembershipHost.Outlet) {
        guard position < invented.count else { return }
        let end = min(position + Self.page, invented.count)
        let reports = invented[position..<end].map { ReportedRecord($0, state: .alive) }
        position = end
        for other in host.linked.prefix(Self.audience) { host.send(.records(reports), to: other, &outlet) }
    }

    /// All of them, of keys of their own; made once, since all casts are of one network.
    static let invented: [NodeRecord] = {
        let cast = Cast(nodes: 0)
        return (0..<nodes).map { number in
            let endpoint = Cast.endpoint(prefix: 0x1000 + number % 0x1000, host: 2 + number / 0x1000)
            return cast.record(Cast.identity(1_000_000 + number), at: endpoint)
        }
    }()
}
