import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

/// A world in which things go wrong, by a seed: nodes crash and come back, links are cut, nodes fall mute, the roster
/// changes, and all the while messages arrive and are submitted.
struct Storm {
    var world: World
    private var random: Random
    private var next: UInt32 = 0
    private(set) var sent: [UInt32] = []
    private(set) var submitted: [UInt32] = []
    private var down: Set<NodeID> = []
    static let other = Keys.user(2).id

    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    init(seed: UInt64, mode: ClientConfiguration.Mode = .follow) throws {
        random = Random(state: seed &* 0x9e37_79b9 &+ 1)
        let nodes = UInt8.random(in: 3...9, using: &random)
        world = try World(nodes: nodes, mode: mode, starts: ["127.1.0.1:4000", "127.3.0.1:4002"], seed: seed)
        world.latency = UInt64.random(in: 1...40, using: &random)
        world.appDelay = UInt64.random(in: 1...300, using: &random)
    }

    mutating func run(steps: Int) {
        world.send(.start)
        for _ in 0..<steps {
            step()
            world.run(for: UInt64.random(in: 0...3_000, using: &random))
        }
        calm()
    }

    private mutating func step() {
        let node = world.nodes.randomElement(using: &random)!.id
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6: receive()
        case 6..<11: submit()
        case 11, 12: world.cut(node)
        case 13: if let residence = world.members.first { world.cut(residence) }
        case 14: crash(node)
        case 15, 16: restart()
        case 17: pause(node)
        case 18: silence(node)
        default: world.run(for: 60_000)
        }
    }

    /// A burst of messages at the residence, or at another member as if it had been away.
    private mutating func receive() {
        guard let member = world.members.randomElement(using: &random) else { return }
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            next += 1
            sent.append(next)
            world.put(Messages.message(next, to: world.user), at: member)
        }
    }

    private mutating func submit() {
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            next += 1
            submitted.append(next)
            world.submit(next, to: Self.other, deadline: 600_000)
        }
    }

    private mutating func crash(_ node: NodeID) {
        guard down.count + 2 < world.nodes.count, down.insert(node).inserted else { return }
        world.crash(node)
        share()
    }

    private mutating func restart() {
        guard let node = down.sorted().randomElement(using: &random) else { return }
        down.remove(node)
        world.restart(node)
        share()
    }

    private mutating func pause(_ node: NodeID) {
        let index = world.index(of: node)
        if world.nodes[index].isMute { world.wake(index) } else { world.nodes[index].isMute = true }
    }

    private mutating func silence(_ node: NodeID) {
        let endpoint = world.nodes[world.index(of: node)].endpoint
        if world.silent.remove(endpoint) == nil { world.silent.insert(endpoint) }
    }

    private mutating func share() {
        world.shareRosters(Dictionary(uniqueKeysWithValues: down.sorted().map { ($0, NodeState.down) }))
    }

    /// Everything is well again, for long enough.
    private mutating func calm() {
        world.silent = []
        for node in down.sorted() { world.restart(node) }
        down = []
        for index in world.nodes.indices { world.wake(index) }
        share()
        world.handOver()
        world.run(for: 1_500_000)
    }
}

@Suite("Simulation")
struct SimulationTests {
    @Test("whatever breaks, in the end every message has arrived once and every submission has one answer")
    func storms() throws {
        for seed in UInt64(1)...25 {
            var storm = try Storm(seed: seed)
            storm.run(steps: 60)
            let world = storm.world
            #expect(world.isAtResidence, "seed \(seed)")
            #expect(world.numbers.count == Set(world.numbers).count, "seed \(seed)")
            #expect(Set(world.numbers) == Set(storm.sent), "seed \(seed)")
            #expect(world.isEmpty, "seed \(seed)")
            #expect(world.results.count == storm.submitted.count, "seed \(seed)")
            #expect(world.complaints.isEmpty, "seed \(seed)")
            #expect(world.splitViews.isEmpty, "seed \(seed)")
            let held = Set(world.nodes.flatMap { $0.queues[Storm.other] ?? [] }.map { Messages.number(of: $0) })
            for (token, result) in world.results {
                guard case .success = result else { continue }
                #expect(held.contains(UInt32(token.number)), "seed \(seed)")
            }
            #expect(world.faults.allSatisfy { if case .unresponsive = $0 { true } else { $0 == .helloTimedOut } })
            #expect(world.nodes.flatMap(\.links).count <= 1, "seed \(seed)")
        }
    }

    @Test("fetching once ends whatever breaks, and says truthfully who is empty")
    func once() throws {
        for seed in UInt64(1)...25 {
            var storm = try Storm(seed: seed, mode: .once)
            storm.run(steps: 20)
            let world = storm.world
            let report = try #require(world.report, "seed \(seed)")
            #expect(report.delivered == Set(world.numbers).count, "seed \(seed)")
            #expect(world.complaints.isEmpty, "seed \(seed)")
        }
    }

    @Test("the same seed and events give the same effects")
    func determinism() throws {
        for seed in UInt64(1)...5 {
            var first = try Storm(seed: seed)
            var second = try Storm(seed: seed)
            first.run(steps: 40)
            second.run(steps: 40)
            #expect(first.world.effects.count == second.world.effects.count)
            #expect(first.world.effects.map(\.effect) == second.world.effects.map(\.effect))
            #expect(first.world.effects.map(\.at) == second.world.effects.map(\.at))
        }
    }
}
