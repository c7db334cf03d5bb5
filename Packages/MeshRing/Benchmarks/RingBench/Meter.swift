import CAllocationCounter
import Glibc
import MeshCrypto
import MeshRing

/// What a lookup costs on this machine, and how much memory a ring takes.
struct LookupCost {
    let lookupsPerSecond: Double
    let allocationsPerLookup: Double

    /// Looks the users up, once for warmth and once for the figures: in processor time, which other programs don't eat.
    init(of ring: Ring, users: [UserID]) {
        var members = Self.lookUp(users, in: ring)
        let (time, allocations) = (Self.processorSeconds(), allocation_count())
        members += Self.lookUp(users, in: ring)
        let spent = (Self.processorSeconds() - time, allocation_count() - allocations)
        precondition(members == 2 * users.count * min(Int(ring.parameters.replicas), ring.nodeCount))
        lookupsPerSecond = Double(users.count) / spent.0
        allocationsPerLookup = Double(spent.1) / Double(users.count)
    }

    private static func lookUp(_ users: [UserID], in ring: Ring) -> Int {
        var members = 0
        for user in users { members += ring.replicaSet(for: user).count }
        return members
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
