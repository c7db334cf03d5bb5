import Foundation
import Glibc
import MeshCrypto
import MeshRing
import Synchronization

/// A node that holds many messages leaves a network of five by SIGTERM: how long until it has ended by itself. Then every
/// message is looked for at every member of its new set, and every member's receipt for it is verified.
struct HandoverShape {
    var messages: Int
    var payload: Int
    /// How many people's queues it holds.
    var recipients: Int

    private static let nodes = 5
    private static let senders = 20
    private static let window = 64
    /// The limit that the node is given for handing over; what it needs is what is measured.
    static let drainSeconds = 600
    /// Of so many people in a row the leaving node serves enough: three of five, and some more.
    private var population: Int { recipients * 3 + 50 }

    func run(_ starter: NodeStarter, _ pool: WorkerPool) throws -> Run {
        var starter = starter
        starter.options = ["--drain-timeout", "\(Self.drainSeconds)"]
        let servers = try starter.start(
            count: Self.nodes, replicas: nil, population: population, payload: payload)
        defer { servers.stop() }
        let leaving = servers.nodes[0]
        let served = (0..<population).filter { servers.members(of: $0).contains(leaving.node) }.prefix(recipients)
        guard served.count == recipients else { throw BenchFailure("too few people are served by the first node") }
        let book = try store(for: Array(served), at: servers, pool)
        let run = try leave(servers.processes[0], log: starter.log(0), count: messages)
        let rest = Array(servers.nodes.dropFirst())
        let ring = try NodeStarter.converge(rest.map(\.address), count: rest.count)
        let checker = HandoverChecker(servers: servers, nodes: rest, ring: ring, book: book)
        try checker.check(Array(served), pool)
        return run
    }

    private func store(for people: [Int], at servers: MeshServers, _ pool: WorkerPool) throws -> CustodyBook {
        let books = Mutex<[CustodyBook]>([])
        let network = servers.nodes[0].network
        let shape = StoreShape(
            messages: messages, window: Self.window, payload: payload,
            senders: Array(population..<(population + Self.senders)), recipients: people)
        _ = try shape.run(servers, pool) { worker, person in
            let session = try servers.session(worker, person: person)
            let book = CustodyBook(network: network)
            books.withLock { $0.append(book) }
            (session as? MeshSession)?.book = book
            return session
        }
        let whole = CustodyBook(network: network)
        for book in books.withLock({ $0 }) { whole.merge(book) }
        let sent = whole.sent.values.reduce(0) { $0 + $1.count }
        guard sent == messages else { throw BenchFailure("\(sent) of \(messages) messages were handed in") }
        return whole
    }

    private func leave(_ process: ServerProcess, log: URL, count: Int) throws -> Run {
        let start = Clock.now
        let cpu = process.cpuSeconds
        kill(process.identifier, SIGTERM)
        let end = start + UInt64(Self.drainSeconds + 30) * Clock.second
        var (used, resident) = (cpu, 0)
        while process.isRunning, Clock.now < end {
            used = max(used, process.cpuSeconds)
            resident = max(resident, process.peakKiB)
            Clock.sleep(milliseconds: 20)
        }
        guard !process.isRunning else { throw BenchFailure("the node has not ended by itself") }
        var run = Run()
        run.perSecond = Double(count) / Clock.seconds(since: start)
        run.serverCPUMicroseconds = [(used - cpu) * 1e6 / Double(count)]
        run.peakRSSMiB = Double(resident) / 1_024
        let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
        guard said.contains("left the network") else {
            throw BenchFailure("the node has not left: \(said.suffix(400))")
        }
        return run
    }
}
