import MeshCrypto
@_spi(Simulation) import MeshRing

/// What is seen of all hosts of one run together: their digests, and whom they marked down. It also remembers which
/// records' signatures were verified, since thousands of hosts verify the same ones.
final class Ledger: @unchecked Sendable {  // one run, one thread
    private var digestOf: [Bytes16?]
    private(set) var hostsByDigest: [Bytes16: Int] = [:]
    private var verified: [NodeRecord: Bool] = [:]
    /// Whether a host runs and is reached by most others.
    var isThere: (Int) -> Bool = { _ in false }
    /// Those whose judgement and fate don't count.
    var liars: Set<Int> = []
    /// Marks of hosts that were there.
    private(set) var falseRemovals: [FalseRemoval] = []
    private(set) var removals = 0

    init(seats: Int) {
        digestOf = Array(repeating: nil, count: seats)
    }

    /// Nil for a host that is gone.
    func setDigest(_ digest: Bytes16?, of host: Int) {
        guard digestOf[host] != digest, digest == nil || !liars.contains(host) else { return }
        if let old = digestOf[host] {
            let left = hostsByDigest[old]! - 1
            hostsByDigest[old] = left == 0 ? nil : left
        }
        if let digest { hostsByDigest[digest, default: 0] += 1 }
        digestOf[host] = digest
    }

    func onDown(_ host: Int, by judge: Int, now: UInt64) {
        removals += 1
        if liars.isEmpty || !(liars.contains(host) || liars.contains(judge)), isThere(host) {
            falseRemovals.append(FalseRemoval(host: host, judge: judge, time: now))
        }
    }

    /// Hosts that the digests of those that run are compared without.
    func setLiars(_ hosts: Set<Int>) {
        liars = hosts
        for host in hosts { setDigest(nil, of: host) }
    }

    func isSigned(_ record: NodeRecord) -> Bool {
        if let known = verified[record] { return known }
        let isSigned = record.isSigned
        verified[record] = isSigned
        return isSigned
    }
}

/// That a node was marked down which was there.
package struct FalseRemoval: Sendable {
    /// Who was marked.
    package let host: Int
    /// Who marked it.
    package let judge: Int
    /// When, on the virtual clock.
    package let time: UInt64
}
