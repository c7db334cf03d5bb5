/// What the copies of a message cost: everybody writes at one node, which gives every other one a copy.
struct CopiesShape {
    var store: StoreShape

    func run(_ servers: MeshServers, _ pool: WorkerPool) throws -> Run {
        let before = received(servers, pool)
        var run = try store.run(servers, pool) { try servers.session($0, person: $1, at: servers.nodes[0]) }
        run.wireBytesPerMessage = Double(received(servers, pool) - before) / Double(store.messages)
        let members = run.serverCPUMicroseconds.dropFirst()
        run.coordinatorCPUMicroseconds = run.serverCPUMicroseconds.first
        if !members.isEmpty { run.memberCPUMicroseconds = members.reduce(0, +) / Double(members.count) }
        return run
    }

    /// Every byte on the wire is received once: by a node or by the load generator.
    private func received(_ servers: MeshServers, _ pool: WorkerPool) -> Int {
        (servers.processes.map(\.receivedBytes) + pool.workers.map(\.receivedBytes)).reduce(0, +)
    }
}
