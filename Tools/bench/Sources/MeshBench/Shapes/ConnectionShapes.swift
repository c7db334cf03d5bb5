/// Connections that are open and silent: what each costs.
struct IdleShape {
    var connections: Int

    /// From the last login to the look at the memory: what logins needed is given back by then.
    private static let settleSeconds = 2.0

    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        defer { pool.closeAll() }
        let before = servers.processes.map(\.residentKiB).reduce(0, +)
        let meter = Meter(servers.processes)
        let scripts = pool.run { worker in
            let script = Script(worker)
            script.open(pool.share(0..<connections, of: worker)) { try servers.session($0, person: $1) }
            return script
        }
        var run = meter.run(count: connections)
        try scripts.check()
        _ = pool.run { worker in worker.run(timeout: Self.settleSeconds) { false } }
        try scripts.check()
        let after = servers.processes.map(\.residentKiB).reduce(0, +)
        if !servers.processes.isEmpty { run.idleKiBPerConnection = Double(after - before) / Double(connections) }
        return run
    }
}

/// Logins one after the other, each from the connect to the node's hello, and then closed.
struct LoginShape {
    var logins: Int

    func run(_ servers: any ChatServers, _ pool: WorkerPool) throws -> Run {
        defer { pool.closeAll() }
        let logins = logins
        let scripts = pool.run { LoginScript($0) }
        let meter = Meter(servers.processes)
        _ = pool.run { worker in
            scripts[worker.index].login(pool.share(0..<logins, of: worker)) { try servers.session($0, person: $1) }
        }
        let latencies = scripts.reduce(into: Histogram()) { $0.add($1.latencies) }
        let run = meter.run(count: logins, latencies: latencies)
        try (scripts as [Script]).check()
        return run
    }
}

final class LoginScript: Script, @unchecked Sendable {
    private(set) var latencies = Histogram()
    private var startedAt: [Int: UInt64] = [:]

    func login(_ people: [Int], _ make: @escaping (Worker, Int) throws -> ChatSession) {
        open(people) { worker, person in
            let session = try make(worker, person)
            self.startedAt[person] = Clock.now
            return session
        }
    }

    override func keep(_ session: ChatSession) {}

    override func didOpen(_ session: ChatSession) {
        if let start = startedAt.removeValue(forKey: session.person) { latencies.add(nanoseconds: Clock.now - start) }
        session.closeQuietly()
    }
}
