import Logging
import MeshClientCore
import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshTransport
import NIOCore

/// The parts of a node that serves: store, engine thread, links, listener.
///
/// They are made in this order and end in the opposite one, so that none meets another that isn't there.
final class NodeRuntime: Sendable {
    private let context: NodeContext
    private let mailbox: EngineMailbox<NodeEvent>
    private let store: StoreBridge
    private let engine: any EngineHost
    private let hub: LinkHub
    private let bridge: LinkBridge
    private let listener: LinkListener
    private let rosters: RosterKeeper
    private let scouts: [Task<Void, Never>]

    /// How a node begins that has a network.
    struct Start: Sendable {
        let parameters: NetworkParameters
        /// What was stored of it; nil for a node that hasn't joined yet.
        let roster: Roster?
        /// First addresses, beside those that the operator named.
        let found: [MeshRing.StartAddress]
    }

    /// Opens the store, starts the engine, listens. A failure leaves nothing running.
    init(_ start: Start, in context: NodeContext) async throws(NodeFailure) {
        self.context = context
        let mailbox = EngineMailbox<NodeEvent>()
        let engine = try Self.engine(start, context)
        let store = try Self.store(mailbox, context)
        let bridge = LinkBridge(group: context.group, mailbox: mailbox, logger: context.logger)
        let hub = LinkHub(group: context.group, handler: bridge)
        bridge.attach(to: hub)
        mailbox.post(.engine(.start))  // before any link's first word
        do {
            listener = try await LinkListener.bind(
                hub, to: [SocketAddress(context.configuration.listen)], as: context.identity,
                parameters: start.parameters, onAcceptFailure: Self.acceptFailures(context.logger))
        } catch {
            await hub.shutDown()
            bridge.detach()
            store.close()
            throw NodeFailure(.unavailable, "\(error)")
        }
        let rosters = RosterKeeper(
            directory: context.directory, own: context.identity.id, keepsLonely: start.roster != nil,
            logger: context.logger)
        self.engine = Self.host(
            NodeCore(engine: engine, alteration: EngineAlterations.make?()), start.parameters.id, context, mailbox, hub,
            bridge, store, rosters)
        scouts = Self.scouts(start.parameters.id, context, hub)
        self.mailbox = mailbox
        self.store = store
        self.hub = hub
        self.bridge = bridge
        self.rosters = rosters
    }

    private static func acceptFailures(_ logger: Logger) -> @Sendable (String) -> Void {
        let limiter = LogLimiter()
        return { reason in
            limiter.log(
                logger,
                "no connection can be taken for now: \(reason); those that stand go on; raise LimitNOFILE if it is files",
                ["event": "accept_failed"])
        }
    }

    private static func engine(_ start: Start, _ context: NodeContext) throws(NodeFailure) -> Engine {
        let configuration = context.configuration
        let now = Moment.current
        let description = NodeDescription(
            at: configuration.advertise, in: start.parameters, software: NodeVersion.software)
        let addresses = configuration.joins.compactMap { join in
            (try? Endpoint(text: join.location)).map { MeshRing.StartAddress($0, node: join.node) }
        }
        let membership: SwimMembership
        do {
            membership = try SwimMembership(
                MembershipConfiguration(
                    identity: context.identity, description: description, parameters: start.parameters,
                    stored: start.roster, startAddresses: addresses + start.found,
                    seed: UInt64.random(in: .min ... .max)), now: now.wallMilliseconds)
        } catch {
            throw NodeFailure(.configuration, "\(error)")
        }
        var limits = EngineLimits()
        if let seconds = configuration.drainTimeoutSeconds { limits.drainMilliseconds = seconds * 1_000 }
        var engine = Engine.Configuration(
            identity: context.identity, parameters: start.parameters, software: NodeVersion.software, limits: limits)
        engine.mayBeAlone = configuration.joins.isEmpty
        return Engine(configuration: engine, membership: membership, now: now)
    }

    private static func store(
        _ mailbox: EngineMailbox<NodeEvent>, _ context: NodeContext
    ) throws(NodeFailure) -> StoreBridge {
        do {
            return try StoreBridge(
                directory: context.directory.queueDirectory, mailbox: mailbox, logger: context.logger)
        } catch {
            throw NodeFailure(error.status, error.description)
        }
    }

    /// With one event loop the engine runs on it: see ``EngineLoop``.
    private static func host(
        _ core: sending NodeCore, _ network: NetworkID, _ context: NodeContext, _ mailbox: EngineMailbox<NodeEvent>,
        _ hub: LinkHub, _ bridge: LinkBridge, _ store: StoreBridge, _ rosters: RosterKeeper
    ) -> any EngineHost {
        let happenings = context.happenings
        let performer = EffectPerformer(
            hub: hub, bridge: bridge, store: store, rosters: rosters, identity: context.identity, network: network,
            mailbox: mailbox,
            notices: NoticeLog(
                logger: context.logger, onJoined: { happenings.yield(.joined) },
                onProgress: { happenings.yield(.draining(handedOver: $0, of: $1)) }),
            onStopped: { happenings.yield(.engineStopped) })
        let loops = Array(context.group.makeIterator())
        guard loops.count == 1 else {
            return EngineThread(name: "engine", core: core, mailbox: mailbox, perform: { performer.perform($0) })
        }
        return EngineLoop(on: loops[0], core: core, mailbox: mailbox, perform: { performer.perform($0) })
    }

    /// Names among the join targets are dialled by the links themselves: all addresses of a name are tried, and looked up
    /// again each time. The link that comes of it is one like others to the engine.
    private static func scouts(_ network: NetworkID, _ context: NodeContext, _ hub: LinkHub) -> [Task<Void, Never>] {
        context.configuration.joins.filter { (try? Endpoint(text: $0.location)) == nil }.map { target in
            Task {
                _ = await Retrying.dial(
                    target, by: hub, as: .node(context.identity, expecting: target.node), network: network,
                    context.logger)
            }
        }
    }
}

// While it runs.
extension NodeRuntime {
    /// Asks the engine how it is; `answer` is called on its thread.
    func inspect(_ answer: @escaping @Sendable (Engine.Status, QueueTotals) -> Void) {
        let store = store
        mailbox.post(.inspect { status in answer(status, store.totals) })
    }

    /// The status for operators; put together on an event loop, because a roster of thousands takes its time.
    func status(_ answer: @escaping @Sendable (NodeStatus) -> Void) {
        let context = context
        inspect { status, totals in
            context.group.next().execute {
                answer(
                    NodeStatus(
                        of: status, queues: totals, identity: context.identity.id,
                        address: context.configuration.advertise,
                        startedAtMilliseconds: context.startedAtMilliseconds))
            }
        }
    }

    /// Has a node forgotten; `answer` is called on the engine's thread.
    func forget(_ node: NodeID, _ answer: @escaping @Sendable (ForgetOutcome) -> Void) {
        let logger = context.logger
        mailbox.post(
            .forget(node) { outcome in
                logger.notice(
                    "the operator wants a node forgotten: \(outcome)",
                    metadata: ["event": "forget", "node": "\(node)", "outcome": "\(outcome)"])
                answer(outcome)
            })
    }

    /// All that must move for the node to count as alive.
    var heartbeats: [HeartbeatSource] {
        let mailbox = mailbox
        let loops = context.group.makeIterator().enumerated().map { index, loop in
            HeartbeatSource.eventLoop(loop, name: "event loop \(index)")
        }
        return loops + [
            HeartbeatSource(name: "engine") { mailbox.heartbeat($0) }, store.writerHeartbeat, store.readerHeartbeat,
        ]
    }

    /// The network is known now: nobody needs to be looked for by name.
    func endScouting() {
        for scout in scouts { scout.cancel() }
    }
}

// Its end.
extension NodeRuntime {
    /// Takes nothing new; ``Happening/engineStopped`` follows when what is under way is finished.
    func beginStop(_ manner: StopManner) async {
        endScouting()
        await listener.close()
        mailbox.post(.engine(.stop(manner)))
    }

    /// Ends all parts and puts everything on disk. After ``Happening/engineStopped``.
    func finishStop() async {
        engine.stop()
        await hub.shutDown()
        bridge.detach()
        store.close()
        rosters.flush()
    }
}

extension QueueOpenError {
    fileprivate var status: ExitStatus {
        switch self {
        case .unusableDirectory(_, let code, _): .of(errno: code)
        case .inUse: .tryAgain
        case .newerFormat, .olderFormat, .damaged: .data
        case .outOfSpace, .inputOutput: .inputOutput
        }
    }
}
