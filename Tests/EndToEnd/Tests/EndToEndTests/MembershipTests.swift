import Foundation
import Glibc
import Testing

@Suite("The network agrees on who is in it", .serialized)
struct MembershipTests {
    @Test("nodes killed, stopped, restarted, gone and moved: one digest in time, clients at home, messages once")
    func show() async throws {
        let show = try await MembershipShow(
            ProcessInfo.processInfo.environment["MESH_MEMBERSHIP"] == "full" ? .full : .short)
        try await show.run()
    }
}

/// Real nodes and connected people through everything that a node's life brings (issue 3, show 5).
final class MembershipShow {
    /// How much of it.
    struct Size {
        let nodes: Int
        let people: Int
        let killed: Int
        let pauseSeconds: Double
        /// Whether clients of the paused node are awaited: they ask for a sign of life after 30 s only.
        let awaitsClientsOfPaused: Bool

        /// What `make test-Membership` runs.
        static let full = Size(nodes: 9, people: 20, killed: 2, pauseSeconds: 20, awaitsClientsOfPaused: true)
        /// What `make test` runs.
        static let short = Size(nodes: 5, people: 6, killed: 1, pauseSeconds: 5, awaitsClientsOfPaused: false)
    }

    /// Twice what the simulator needs at most: for a crash 8 s, for a join 10 s (`Packages/MeshRing/README.md`).
    static let goneSeconds = 16.0
    static let comeSeconds = 20.0
    /// Clients look for another way with a backoff that a short absence keeps low.
    static let clientSeconds = 60.0

    let size: Size
    let net: Net
    let crowd: Crowd
    private var away: Set<Int> = []

    init(_ size: Size) async throws {
        self.size = size
        net = try await Net.running(size.nodes)
        crowd = try Crowd(net, count: size.people)
    }

    private var present: [Node] { net.nodes.indices.filter { !away.contains($0) }.map { net.nodes[$0] } }

    func run() async throws {
        print("step                        nodes  agree after   bound  clients at home after")
        try await step("start", within: Self.comeSeconds) {}
        let killed = Array(1...size.killed)
        try await step("SIGKILL of \(size.killed)", within: Self.goneSeconds) {
            for index in killed { net.nodes[index].kill() }
            away.formUnion(killed)
        }
        let paused = size.killed + 1
        try await pause(paused)
        try await step("restart of the killed", within: Self.comeSeconds) {
            for index in killed { try net.nodes[index].start() }
            away.subtract(killed)
        }
        let leaver = size.killed + 2
        try await step("one leaves", within: Self.goneSeconds) {
            #expect(net.nodes[leaver].terminate()?.code == 0)
            away.insert(leaver)
        }
        try await step("it comes back", within: Self.comeSeconds) {
            try net.nodes[leaver].start()
            away.remove(leaver)
        }
        try await step("one moves to another port", within: Self.goneSeconds + Self.comeSeconds) {
            net.nodes[paused].kill()
            net.nodes[paused].move()
            try net.nodes[paused].start()
        }
        try await crowd.expectAllOnce()
    }

    /// Stopped for so long that all others find it down; when it goes on, it has its place again.
    private func pause(_ index: Int) async throws {
        let start = ContinuousClock.now
        try await step("SIGSTOP of one", within: Self.goneSeconds, awaitsClients: size.awaitsClientsOfPaused) {
            net.nodes[index].pause()
            away.insert(index)
        }
        try await eventually("\(size.pauseSeconds) s have passed", seconds: size.pauseSeconds + 1) {
            start.seconds >= size.pauseSeconds
        }
        try await step("it goes on", within: Self.comeSeconds) {
            net.nodes[index].resume()
            away.remove(index)
        }
    }

    private func step(
        _ name: String, within bound: Double, awaitsClients: Bool = true, _ change: () throws -> Void
    ) async throws {
        try crowd.talk()
        try change()
        let agreed = try await net.agree(present, seconds: bound)
        try crowd.talk()
        let start = ContinuousClock.now
        if awaitsClients {
            try await eventually("\(name): clients at their residences", seconds: Self.clientSeconds) {
                try crowd.isAtHome(present)
            }
        }
        print(
            name.padding(toLength: 28, withPad: " ", startingAt: 0)
                + String(format: "%5d  %9.1f s  %4.0f s  ", present.count, agreed, bound)
                + (awaitsClients ? String(format: "%9.1f s", start.seconds) : "not awaited"))
    }
}
