import Foundation

/// Runs one repetition of a shape: starts what it needs, measures, stops.
struct ShapeRunner {
    let options: BenchOptions
    let starter: NodeStarter
    let pool: WorkerPool
    /// Whom to measure; nil: nodes.
    let peer: Peer?

    init(_ options: BenchOptions, peer: Peer? = nil) throws {
        self.options = options
        self.peer = peer
        starter = NodeStarter(program: options.nodeProgram, directory: options.directory)
        pool = try WorkerPool(count: options.threads)
    }

    /// One repetition. Of `store` and `drain` each is the other's other half, so both come of one.
    func run(_ shape: Shape) throws -> [Shape: Run] {
        switch shape {
        case .store: try withServers(storeRecipients) { [.store: try store().run($0, pool)] }
        case .drain: try storeAndDrain()
        case .relay1: try relay(.relay1, pairs: 100, window: 1, messages: 200_000)
        case .relay64: try relay(.relay64, pairs: 100, window: 64, messages: 300_000)
        case .pair: try relay(.pair, pairs: 1, window: 1, messages: 10_000)
        case .idle: try idle()
        case .login: try login()
        case .forward: [.forward: try forward()]
        case .replicated3: [.replicated3: try replicated()]
        case .copies1: [shape: try copies(1)]
        case .copies3: [shape: try copies(3)]
        case .copies5: [shape: try copies(5)]
        case .restart: [.restart: try restart()]
        case .handover: [.handover: try handover()]
        case .day: try day()
        }
    }

    private func count(_ given: Int?, _ usual: Int, smoke: Int) -> Int { given ?? (options.smoke ? smoke : usual) }

    private func withServers<Result>(
        _ population: Int, _ body: (any ChatServers) throws -> Result
    ) throws -> Result {
        let servers: any ChatServers =
            if let peer {
                try PeerServers(peer, directory: options.directory, payload: options.payload)
            } else {
                try start(1, population: population)
            }
        defer { servers.stop() }
        return try body(servers)
    }

    private func start(_ nodes: Int, replicas: Int? = nil, population: Int) throws -> MeshServers {
        if let node = options.node {
            guard nodes == 1 else { throw BenchFailure("this shape starts its own nodes; leave --node out") }
            let look = try FirstLook.at(node)
            return MeshServers(
                [look.address], ring: nil, processes: [], population: population, payload: options.payload)
        }
        return try starter.start(count: nodes, replicas: replicas, population: population, payload: options.payload)
    }
}

// The shapes.
extension ShapeRunner {
    private var storeRecipients: Int { count(options.recipients, 1_000, smoke: 20) }
    private var storeSenders: Int { count(options.senders, 50, smoke: 5) }
    private var storeMessages: Int { count(options.messages, peer?.messages ?? 100_000, smoke: 500) }

    private func store(recipients: [Int]? = nil) -> StoreShape {
        let recipients = recipients ?? Array(0..<storeRecipients)
        let first = (recipients.max() ?? 0) + 1
        return StoreShape(
            messages: storeMessages, window: count(options.window, 64, smoke: 8), payload: options.payload,
            senders: Array(first..<(first + storeSenders)), recipients: recipients)
    }

    private func storeAndDrain() throws -> [Shape: Run] {
        try withServers(storeRecipients) { servers in
            let stored = try store().run(servers, pool)
            let drain = DrainShape(
                messages: storeMessages, payload: options.payload, recipients: Array(0..<storeRecipients))
            return [.store: stored, .drain: try drain.run(servers, pool)]
        }
    }

    private func relay(_ shape: Shape, pairs: Int, window: Int, messages: Int) throws -> [Shape: Run] {
        let pairs = count(options.senders, pairs, smoke: min(pairs, 10))
        let relay = RelayShape(
            messages: count(options.messages, min(messages, peer?.messages ?? messages), smoke: 500),
            window: options.window ?? window,
            payload: options.payload, pairs: pairs)
        return try withServers(pairs) { [shape: try relay.run($0, pool)] }
    }

    private func idle() throws -> [Shape: Run] {
        let idle = IdleShape(connections: count(options.connections, 10_000, smoke: 100))
        return try withServers(0) { [.idle: try idle.run($0, pool)] }
    }

    private func login() throws -> [Shape: Run] {
        let login = LoginShape(logins: count(options.messages, 5_000, smoke: 100))
        return try withServers(0) { [.login: try login.run($0, pool)] }
    }

    private func day() throws -> [Shape: Run] {
        let people = count(options.connections, 1_000, smoke: 50)
        let day = DayShape(
            messages: count(options.messages, 50_000, smoke: 500), people: people, payload: options.payload)
        return try withServers(people) { [.day: try day.run($0, pool)] }
    }

    private func restart() throws -> Run {
        guard options.node == nil else { throw BenchFailure("restart starts its own node; leave --node out") }
        return try RestartShape(
            messages: count(options.messages, 1_000_000, smoke: 500), payload: options.payload,
            recipients: storeRecipients
        ).run(starter, pool)
    }

    private func handover() throws -> Run {
        guard options.node == nil else { throw BenchFailure("handover starts its own nodes; leave --node out") }
        return try HandoverShape(
            messages: count(options.messages, 100_000, smoke: 500), payload: options.payload,
            recipients: count(options.recipients, 200, smoke: 10)
        ).run(starter, pool)
    }

    /// Two nodes that keep one copy; everybody writes from the first to people of the second.
    private func forward() throws -> Run {
        let servers = try start(2, replicas: 1, population: storeRecipients * 2)
        defer { servers.stop() }
        let away = (0..<(storeRecipients * 2)).filter { servers.residence(of: $0).node == servers.nodes[1].node }
        return try store(recipients: away).run(servers, pool) {
            try servers.session($0, person: $1, at: servers.nodes[0])
        }
    }

    /// As many nodes as copies; everybody writes at the first.
    private func copies(_ count: Int) throws -> Run {
        let servers = try start(count, replicas: count, population: storeRecipients)
        defer { servers.stop() }
        return try CopiesShape(store: store()).run(servers, pool)
    }

    private func replicated() throws -> Run {
        let servers = try start(3, population: storeRecipients)
        defer { servers.stop() }
        return try store().run(servers, pool)
    }
}
