import Glibc
import Logging
import MeshClientCore
import MeshCrypto
import MeshNode
import MeshRing
import NIOCore
import NIOPosix

/// The life of the process «mesh-node run».
///
/// In order: signals, directory, identity, admin endpoint; the network (founded, joined or remembered); store, engine,
/// links; ready. It ends in the opposite order. What happens meanwhile comes as one stream of ``Happening``s, so there
/// is one place that decides.
struct NodeProcess {
    private let context: NodeContext
    private let notifier: SystemdNotifier
    private let desk: OperatorDesk
    private var happenings: AsyncStream<Happening>.AsyncIterator

    /// Half of the cores: engine and storage thread have work for the others, and loops that outnumber the cores left to
    /// them cost switches (measured with two cores: an eighth of a relayed message).
    private static var loopCount: Int { max(1, System.coreCount / 2) }

    /// Serves until told to stop.
    /// - Throws: why it can't begin.
    static func run(_ configuration: RunConfiguration, logger: Logger) async throws(NodeFailure) {
        let (stream, feed) = AsyncStream.makeStream(of: Happening.self)
        let signals = StopSignals { request in
            switch request {
            case .orderly: feed.yield(.stop(.leave))
            case .immediate: _exit(128 + SIGINT)
            }
        }
        defer { withExtendedLifetime(signals) {} }
        let (directory, stored) = try open(configuration, logger)
        let plan = try plan(stored, configuration)
        let context = NodeContext(
            configuration: configuration, directory: directory,
            identity: try identity(stored, plan, directory, configuration),
            group: MultiThreadedEventLoopGroup(numberOfThreads: loopCount), logger: logger,
            startedAtMilliseconds: MonotonicClock.nowMilliseconds, happenings: feed)
        var process = NodeProcess(context: context, happenings: stream.makeAsyncIterator())
        try await process.live(plan, stored)
    }

    private init(context: NodeContext, happenings: AsyncStream<Happening>.AsyncIterator) {
        self.context = context
        self.happenings = happenings
        notifier = SystemdNotifier()
        desk = OperatorDesk(Self.waiting("starting", context), context.happenings)
    }

    private static func waiting(_ text: String, _ context: NodeContext) -> StatusSource {
        { answer in
            answer(
                NodeStatus(
                    waiting: text, identity: context.identity.id, address: context.configuration.advertise,
                    startedAtMilliseconds: context.startedAtMilliseconds))
        }
    }

    private mutating func live(_ plan: StartPlan, _ stored: StoredNode) async throws(NodeFailure) {
        let admin = try answerOperator()
        do throws(NodeFailure) {
            if let start = try await begin(plan, stored) {
                notifier.status("opening the store")
                let runtime = try await NodeRuntime(start, in: context)
                desk.serve(status: { runtime.status($0) }, forget: { runtime.forget($0, $1) })
                await serve(runtime, readyAtOnce: start.roster != nil)
            }
        } catch {
            admin.stop()
            throw error
        }
        admin.stop()
        context.logger.notice("stopped", metadata: ["event": "stopped", "node": "\(context.identity.id)"])
    }

    private func answerOperator() throws(NodeFailure) -> AdminServer {
        let desk = desk
        do {
            return try AdminServer.start(at: context.configuration.admin, group: context.group, desk: desk)
        } catch {
            throw NodeFailure(.unavailable, error.description)
        }
    }
}

// Before the network is known.
extension NodeProcess {
    private static func open(
        _ configuration: RunConfiguration, _ logger: Logger
    ) throws(NodeFailure) -> (DataDirectory, StoredNode) {
        do throws(DataDirectoryError) {
            let directory = try DataDirectory.open(configuration.dataDirectory)
            if directory.isOpenToOthers {
                logger.warning(
                    "other users may look into '\(directory.path)'; chmod 700 it",
                    metadata: ["event": "directory_open"])
            }
            return (directory, try directory.load())
        } catch {
            throw error.failure
        }
    }

    private static func plan(
        _ stored: StoredNode, _ configuration: RunConfiguration
    ) throws(NodeFailure) -> StartPlan {
        do throws(StartPlanError) {
            return try StartPlan(
                stored: stored, joins: !configuration.joins.isEmpty, replicas: configuration.replicas,
                directory: configuration.dataDirectory)
        } catch {
            throw error.failure
        }
    }

    /// The stored identity, or a new one; a founder's parameters are on disk before its key, so that a directory with a
    /// key and without a network is always one that was about to join.
    private static func identity(
        _ stored: StoredNode, _ plan: StartPlan, _ directory: DataDirectory, _ configuration: RunConfiguration
    ) throws(NodeFailure) -> NodeIdentity {
        if let identity = stored.identity { return identity }
        do throws(DataDirectoryError) {
            guard case .found(let replicas) = plan else { return try directory.makeIdentity() }
            let parameters = parameters(replicas, configuration)
            try directory.store(parameters)
            let identity = try directory.makeIdentity()
            try directory.store(Roster(parameters: parameters))
            return identity
        } catch {
            throw error.failure
        }
    }

    /// A network is a laboratory when its founder can be reached by its own machine or site only.
    private static func parameters(_ replicas: UInt8, _ configuration: RunConfiguration) -> NetworkParameters {
        do {
            return try NetworkParameters(
                replicas: replicas, laboratory: configuration.advertise.address.kind == .laboratory,
                nonce: Bytes16.random())
        } catch {
            preconditionFailure("the options have been checked: \(error)")
        }
    }

    /// What the node starts with; nil if it was stopped before it knew.
    private mutating func begin(
        _ plan: StartPlan, _ stored: StoredNode
    ) async throws(NodeFailure) -> NodeRuntime.Start? {
        switch plan {
        case .found:
            let roster = try loadRoster()
            context.logger.notice(
                "a new network is founded",
                metadata: [
                    "event": "founded", "network": "\(roster.parameters.id)",
                    "replicas": "\(roster.parameters.replicas)", "laboratory": "\(roster.parameters.laboratory)",
                ])
            return NodeRuntime.Start(parameters: roster.parameters, roster: roster, found: [])
        case .rejoin(let parameters):
            if stored.parameters == nil { try keep(parameters) }
            return NodeRuntime.Start(parameters: parameters, roster: stored.roster, found: [])
        case .join(let known):
            guard let found = await join(known) else { return nil }
            if known == nil { try keep(found.parameters) }
            let address = found.endpoint.map { MeshRing.StartAddress($0, node: found.node) }
            return NodeRuntime.Start(parameters: found.parameters, roster: nil, found: address.map { [$0] } ?? [])
        }
    }

    private func loadRoster() throws(NodeFailure) -> Roster {
        do throws(DataDirectoryError) {
            guard let roster = try context.directory.load().roster else {
                preconditionFailure("founding has stored a roster")
            }
            return roster
        } catch {
            throw error.failure
        }
    }

    private func keep(_ parameters: NetworkParameters) throws(NodeFailure) {
        do throws(DataDirectoryError) { try context.directory.store(parameters) } catch { throw error.failure }
    }

    /// Waits for a node of the network; nil if stopped first.
    private mutating func join(_ known: NetworkParameters?) async -> Joiner.Found? {
        let context = context
        let targets = context.configuration.joins
        let text = "joining, no answer yet from \(targets.map(\.description).joined(separator: ", "))"
        desk.wait(status: Self.waiting(text, context))
        notifier.status(text)
        let joiner = Joiner(known: known?.id, group: context.group, logger: context.logger)
        let search = Task {
            if let found = await joiner.find(targets) { context.happenings.yield(.found(found)) }
        }
        while let happening = await happenings.next() {
            switch happening {
            case .found(let found):
                report(found)
                return found
            case .stop:
                search.cancel()
                return nil
            case .joined, .draining, .engineStopped: break
            }
        }
        return nil
    }

    private func report(_ found: Joiner.Found) {
        var metadata: Logger.Metadata = [
            "event": "network_found", "network": "\(found.parameters.id)", "peer": "\(found.node)",
            "target": "\(found.target)",
        ]
        guard found.target.node == nil else {
            return context.logger.notice("the network to join has answered", metadata: metadata)
        }
        metadata["event"] = "first_use"
        context.logger.notice(
            "trusting the node that answered at \(found.target); to be sure, name it as \(found.node)@\(found.target)",
            metadata: metadata)
    }
}

// With a network.
extension NodeProcess {
    private mutating func serve(_ runtime: NodeRuntime, readyAtOnce: Bool) async {
        let watchdog = Watchdog(sources: runtime.heartbeats, notifier: notifier, logger: context.logger)
        watchdog.start()
        var ticker: StatusTicker?
        var isStopping = false
        if readyAtOnce {
            ticker = ready(runtime)
        } else {
            notifier.status("joining, no other node has been proven yet")
        }
        loop: while let happening = await happenings.next() {
            switch happening {
            case .joined:
                runtime.endScouting()
                if ticker == nil { ticker = ready(runtime) }
            case .stop(let manner):
                guard !isStopping else { break }
                isStopping = true
                context.logger.notice("stopping", metadata: ["event": "stopping", "manner": "\(manner)"])
                ticker?.stop()
                notifier.stopping(status: "finishing what is under way")
                await runtime.beginStop(manner)
            case .draining(let handedOver, let total):
                notifier.status("leaving, \(handedOver) of \(total) messages handed over")
            case .engineStopped: break loop
            case .found: break
            }
        }
        watchdog.stop()
        await runtime.finishStop()
    }

    /// Links are taken, the store is open: others may count on the node.
    private func ready(_ runtime: NodeRuntime) -> StatusTicker {
        let configuration = context.configuration
        context.logger.notice(
            "serving at \(configuration.advertise)",
            metadata: [
                "event": "started", "node": "\(context.identity.id)", "address": "\(configuration.advertise)",
                "listen": "\(configuration.listen)", "admin": "\(configuration.admin)",
                "version": "\(NodeVersion.text)",
            ])
        notifier.ready(status: "serving")
        return StatusTicker(runtime, notifier, on: context.group.next())
    }
}
