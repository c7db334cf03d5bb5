import MeshCrypto
import MeshRing
import MeshWire
import Testing

@testable import MeshNode

@Suite("Bringing queues to where they belong")
struct QueueSyncTests {
    let ring: Ring
    /// Not in the user's set.
    let outsider: NodeID
    let user: UserID
    let set: [NodeID]

    init() {
        let network = TestNetwork.laboratory(nodes: 5)
        ring = Ring(network.hosts[0].engine.status.roster)
        user = TestNetwork.user(1).id
        set = Array(ring.replicaSet(for: user))
        let members = set
        outsider = network.hosts.map(\.node).first { !members.contains($0) }!
    }

    private func script(at node: NodeID, replicas: Int = 3, limits: SyncLimits = SyncLimits()) -> SyncScript {
        SyncScript(
            view: SyncView(node: node, ring: ring, replicas: replicas), linked: set.filter { $0 != node },
            limits: limits)
    }

    private func messages(_ count: Int, size: Int = 512) -> [Submission] {
        (0..<count).map { TestMessage(to: user, number: $0, size: size).submission }
    }

    @Test("who isn't in the set lets go of all that each of its members holds, over several pages")
    func handOver() {
        var script = script(at: outsider)
        script.held[user] = messages(1_300)
        let ids = Set(script.held[user]!.map(\.id))
        script.run(milliseconds: 2_000)
        #expect(script.left(user) == 0)
        #expect(set.allSatisfy { script.peers[$0] == ids })
    }

    @Test("what has gone between list and read is not let go of")
    func vanished() {
        var script = script(at: outsider)
        script.held[user] = messages(10)
        let gone = Set(script.held[user]![2...3].map(\.id))
        script.vanishing = gone
        script.run(milliseconds: 2_000)
        #expect(script.released.count == 8 && script.released.isDisjoint(with: gone))
        #expect(script.sync.jobs.isEmpty)
    }

    @Test("nothing is let go of where all has gone between list and read")
    func allVanished() {
        var script = script(at: outsider)
        script.held[user] = messages(3)
        script.vanishing = Set(script.held[user]!.map(\.id))
        script.run(milliseconds: 2_000)
        #expect(script.released.isEmpty && script.sync.jobs.isEmpty)
    }

    @Test("a member keeps its own copies")
    func member() {
        var script = script(at: set[0])
        script.held[user] = messages(10)
        script.run(milliseconds: 2_000)
        #expect(script.left(user) == 10)
        #expect(script.peers[set[2]]?.count == 10)
    }

    @Test("copies at two of three are enough only after a day of the same set")
    func majority() {
        var script = script(at: outsider)
        script.held[user] = messages(3)
        script.refusing = [set[2]]
        script.run(milliseconds: 24 * 3_600_000 - 1)
        #expect(script.left(user) == 3)
        script.run(milliseconds: 3_600_000)
        #expect(script.left(user) == 0)
    }

    @Test("a copy at one of three is never enough")
    func minority() {
        var script = script(at: outsider)
        script.held[user] = messages(3)
        script.refusing = [set[1], set[2]]
        script.run(milliseconds: 48 * 3_600_000)
        #expect(script.left(user) == 3)
    }

    @Test("where fewer nodes are placed than copies are wanted, nobody lets go")
    func tooFewPlaced() {
        var script = script(at: outsider, replicas: 4)
        script.held[user] = messages(3)
        script.run(milliseconds: 60_000)
        #expect(script.left(user) == 3)
    }

    @Test("what is read and not answered for stays within its bound, however much is to be moved")
    func bounded() {
        var limits = SyncLimits()
        limits.bytesInFlight = 200_000
        limits.bytesPerRead = 64_000
        var script = script(at: outsider, limits: limits)
        script.answersCopies = false
        script.held[user] = messages(200, size: 4_096)
        script.run(milliseconds: 2_000)
        var turns = 0
        while !script.unanswered.isEmpty, turns < 1_000 {
            script.answerCopies()
            turns += 1
        }
        #expect(script.left(user) == 0)
        // Reads that were asked for within the bound bring a copy for each of three members.
        #expect(script.mostBytes <= 3 * (limits.bytesInFlight + limits.bytesPerRead))
    }

    @Test("no two compares have the same key")
    func keys() {
        var script = script(at: set[0])
        script.held[user] = messages(1)
        script.run(milliseconds: 40 * 60_000)
        #expect(script.keys.count >= 6)
        #expect(Set(script.keys).count == script.keys.count / 2, "two members are asked with each")
    }

    @Test("the same changes have the same consequences, in the same order")
    func repeatable() {
        let smaller = Ring(TestNetwork.laboratory(nodes: 4).hosts[0].engine.status.roster)
        let runs = (0..<4).map { _ in
            var script = script(at: outsider)
            script.answersCopies = false
            for number in 0..<20 {
                let user = TestNetwork.user(UInt8(number)).id
                script.held[user] = [TestMessage(to: user, number: number, size: 512).submission]
            }
            script.run(milliseconds: 2_000)
            let before = script.offers.count
            script.change(SyncView(node: outsider, ring: smaller, replicas: 3))
            script.run(milliseconds: 2_000)
            return Array(script.offers.dropFirst(before))
        }
        #expect(runs[0].count > 3, "some began anew")
        #expect(Set(runs).count == 1)
    }

    @Test("a member that wants what it wasn't offered, or answers for another message, is found out")
    func liars() {
        var sync = QueueSync(
            view: SyncView(node: outsider, ring: ring, replicas: 3), limits: SyncLimits(), seed: 7,
            now: Moment(monotonicMilliseconds: 0, wallMilliseconds: 0))
        let later = Moment(monotonicMilliseconds: 5_000, wallMilliseconds: 5_000)
        sync.onLinkUp(set[0], now: later)
        sync.onTime(now: later)
        let submission = messages(1)[0]
        var request: UInt64?
        for _ in 0..<4 {
            for action in sync.takeActions() {
                switch action {
                case .query(let token, .recipients): sync.onAnswered(token, .recipients([user], next: nil), now: later)
                case .query(let token, .list):
                    let stored = StoredMessage(id: submission.id, sequence: 1, expirySeconds: 9, byteCount: 9)
                    sync.onAnswered(token, .list([stored], hasMore: false), now: later)
                case .offer(_, let number, _, _): request = number
                default: break
                }
            }
        }
        let wanted = Wanted(request: request ?? 0, status: .accepted, ids: [SubmissionID(Bytes16())])
        let isSound = sync.onWanted(wanted, from: set[0], now: later)
        #expect(!isSound)
    }
}
