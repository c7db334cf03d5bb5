import Foundation
import Glibc

/// A network of real nodes on loopback, each with a /16 of its own, and the homes of people. Gone with the test.
final class Net {
    let folder: URL
    private(set) var nodes: [Node] = []

    init() throws {
        // Short: a path of a Unix socket has at most 107 bytes.
        folder = URL(fileURLWithPath: "/tmp/mesh-e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        for node in nodes { node.kill() }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Adds a node that isn't started yet.
    @discardableResult
    func add(join: [Node] = [], lie: String? = nil) -> Node {
        let node = Node(self, number: nodes.count + 1, join: join.map(\.address), lie: lie)
        nodes.append(node)
        return node
    }

    /// So many nodes, started and agreed with each other; the others joined through the first.
    /// - Parameter lying: the numbers of those that lie, from 2 on, and how.
    static func running(_ count: Int, lying: [Int: String] = [:]) async throws -> Net {
        let net = try Net()
        let first = net.add()
        for number in 1..<count { net.add(join: [first], lie: lying[number + 1]) }
        for node in net.nodes { try node.start() }
        try await net.agreed()
        return net
    }

    /// Waits until these nodes report one digest, with as many nodes alive.
    /// - Returns: how long it took, in seconds.
    @discardableResult
    func agree(_ nodes: [Node], seconds: Double) async throws -> Double {
        let start = ContinuousClock.now
        try await eventually("\(nodes.count) nodes agree", seconds: seconds) {
            let seen = nodes.map { $0.status() }
            let digests = Set(seen.map { $0?["rosterDigest"] as? String })
            return digests.count == 1 && digests.first != .some(nil)
                && seen.allSatisfy { Node.alive($0) == nodes.count }
        }
        return start.seconds
    }

    /// Waits until all running nodes see each other alive.
    func agreed(seconds: Double = 60) async throws {
        let running = nodes.filter(\.isRunning)
        try await eventually("\(running.count) nodes agree", seconds: seconds) {
            let digests = Set(running.map { $0.status()?["rosterDigest"] as? String })
            return digests.count == 1 && digests.first != .some(nil)
                && running.allSatisfy { $0.aliveNodes == running.count }
        }
    }

    func person(_ name: String, join: Node) throws -> Person { try Person(self, name, join: join) }

    /// Two people.
    /// - Parameter residence: where the second one's is to be; nil: elsewhere than the first one's.
    func twoPeople(join: Node, residence: String? = nil) throws -> (Person, Person) {
        let first = try person("alice", join: join)
        for number in 0..<60 {
            let second = try person("bob\(number)", join: join)
            let at = second.residence
            guard residence.map({ $0 == at }) ?? (at != first.residence) else { continue }
            try first.knows(second, as: "bob")
            try second.knows(first, as: "alice")
            return (first, second)
        }
        throw NotInTime(description: "60 people with the same residence")
    }
}

/// One `mesh-node`.
final class Node {
    let data: URL
    private(set) var address: String
    private let host: String
    private let join: [String]
    private let lie: String?
    private unowned let net: Net
    private var process: Running?

    init(_ net: Net, number: Int, join: [String], lie: String? = nil) {
        self.net = net
        self.join = join
        self.lie = lie
        data = net.folder.appendingPathComponent("n\(number)")
        host = "127.\(number).0.1"
        address = "\(host):\(Self.freePort(on: host))"
    }

    func start() throws {
        let joins = join.flatMap { ["--join", $0] }
        process = try Running(
            lie == nil ? Program.node : Program.lyingNode,
            ["run", "--data-dir", data.path, "--listen", address] + joins, in: net.folder,
            environment: lie.map { ["MESH_LIE": $0] } ?? [:])
    }

    var isRunning: Bool { process?.isRunning ?? false }
    var log: String { process?.complained ?? "" }

    /// What `mesh-node status --json` says; nil if the node doesn't answer.
    func status() -> [String: Any]? {
        guard isRunning else { return nil }
        let ending = try? Running(
            Program.node, ["status", "--data-dir", data.path, "--json"], in: net.folder
        ).ending()
        guard let ending, ending.code == 0 else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    }

    var id: String? { status()?["node"] as? String }
    var aliveNodes: Int { Self.alive(status()) }
    /// Links of users and guests.
    var clientLinks: Int? { (status()?["links"] as? [String: Any])?["clients"] as? Int }

    static func alive(_ status: [String: Any]?) -> Int {
        (status?["roster"] as? [[String: Any]] ?? []).count { $0["state"] as? String == "alive" }
    }
    var queuedMessages: Int { (status()?["queues"] as? [String: Any])?["messages"] as? Int ?? -1 }

    /// SIGKILL: no chance to save anything.
    func kill() {
        process?.signal(SIGKILL)
        process?.ending()
    }

    /// SIGTERM, and how it ended.
    func terminate() -> Ending? {
        process?.signal(SIGTERM)
        return process?.ending()
    }

    /// SIGSTOP: it is there and doesn't answer.
    func pause() { process?.signal(SIGSTOP) }
    func resume() { process?.signal(SIGCONT) }

    /// Listens on another port from its next start on.
    func move() { address = "\(host):\(Self.freePort(on: host))" }

    /// A port that nobody listens on at the moment.
    private static func freePort(on host: String) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(host)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// Somebody with a home of the `mesh` program.
final class Person {
    let home: URL
    let id: String
    private unowned let net: Net

    init(_ net: Net, _ name: String, join: Node) throws {
        self.net = net
        home = net.folder.appendingPathComponent("home-\(name)")
        let created = try Running(
            Program.mesh,
            ["--home", home.path, "account", "create", name, "--join", join.address, "--no-passphrase"],
            in: net.folder
        ).ending()
        guard created.code == 0 else { throw NotInTime(description: "account create: \(created)") }
        let shown = try Running(Program.mesh, ["--home", home.path, "id"], in: net.folder).ending()
        id = shown.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func start(_ arguments: String..., input: String? = nil) throws -> Running {
        try Running(
            Program.mesh, ["--home", home.path] + arguments, input: input.map { Data($0.utf8) }, in: net.folder)
    }

    @discardableResult
    func run(_ arguments: String..., input: String? = nil) throws -> Ending {
        try Running(
            Program.mesh, ["--home", home.path] + arguments, input: input.map { Data($0.utf8) }, in: net.folder
        ).ending()
    }

    func knows(_ other: Person, as name: String) throws {
        let ending = try run("contact", "add", other.id, "--name", name)
        guard ending.code == 0 else { throw NotInTime(description: "contact add: \(ending)") }
    }

    /// The id of the residence by this person's own roster.
    var residence: String? {
        guard let nodes = try? run("nodes", "--json"),
            let whole = try? JSONSerialization.jsonObject(with: Data(nodes.output.utf8)) as? [String: Any]
        else { return nil }
        return whole["residence"] as? String
    }

    /// Texts that a `receive` printed, in order.
    func received(_ arguments: String...) throws -> [String] {
        let ending = try Running(
            Program.mesh, ["--home", home.path, "receive", "--json"] + arguments, in: net.folder
        ).ending()
        guard ending.code == 0 else { throw NotInTime(description: "receive: \(ending)") }
        return ending.texts
    }
}

extension Ending {
    /// The texts of the messages among the objects.
    var texts: [String] {
        objects.filter { $0["event"] as? String == "message" }.compactMap { $0["text"] as? String }
    }
}

extension ContinuousClock.Instant {
    /// Seconds since then.
    var seconds: Double {
        let parts = duration(to: .now).components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
