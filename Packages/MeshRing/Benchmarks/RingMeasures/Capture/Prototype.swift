import MeshCrypto
import MeshRing

/// How the prototype of this idea placed nodes, kept to be measured beside what took its place: one point a node, the
/// hash of `ip:port`; a user's set are the nodes whose points lie nearest, whatever their prefixes. An address with all
/// its ports has 65,535 tries, which cost nothing.
struct Prototype {
    private let points: [(position: UInt64, isAttacker: Bool)]

    static let portsOfAnAddress = 65_535

    /// Honest nodes at one port each, and an attacker at one address with every port.
    init(honest: [PlacementAddress], attacker: PlacementAddress) {
        let own = (1...UInt16(Self.portsOfAnAddress)).map { (Self.position(attacker, port: $0), true) }
        points = (honest.map { (Self.position($0, port: 4_000), false) } + own).sorted { $0.0 < $1.0 }
    }

    private static func position(_ address: PlacementAddress, port: UInt16) -> UInt64 {
        Hash.blake2b8(context: "prototype position", "\(address):\(port)")
    }

    /// How much of the set of `replicas` nodes at this position is the attacker's.
    func capture(at position: UInt64, replicas: Int) -> Capture {
        var (low, high) = (0, points.count)
        while low < high {
            let middle = (low + high) / 2
            if points[middle].position < position { low = middle + 1 } else { high = middle }
        }
        var capture = Capture()
        var (right, left) = (low % points.count, (low + points.count - 1) % points.count)
        for member in 0..<replicas {
            let isRight = points[right].position &- position <= position &- points[left].position
            let isAttacker = points[isRight ? right : left].isAttacker
            if isAttacker { capture.replicas += 1 }
            if isAttacker && member == 0 { capture.isResidence = true }
            if isRight { right = (right + 1) % points.count } else { left = (left + points.count - 1) % points.count }
        }
        return capture
    }
}
