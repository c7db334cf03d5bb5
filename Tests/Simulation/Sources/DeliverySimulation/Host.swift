import LyingNode
import MeshCrypto
@_spi(Simulation) import MeshNode
@_spi(Simulation) import MeshRing
import MeshWire
import SimulatedNetwork

/// A place for a node: the engine while it runs, its disk, and what its shell would do.
final class Host {
    let number: Int
    unowned let world: World
    /// While it runs. In a box of its own, so that nothing copies it.
    private var process: Process?
    var disk: SimulatedDisk
    /// The roster on disk.
    private(set) var persisted: Roster?
    /// How often something ran here: what was meant for an earlier one doesn't reach it.
    private(set) var life = 0
    /// Whether the machine is gone: nobody says that nothing runs there.
    private(set) var isSilent = false
    /// Whether it stands still.
    private(set) var isPaused = false
    private var inbox: [EngineEvent] = []
    /// Whether it has said that it leaves.
    private(set) var hasLeft = false
    private(set) var isStopping = false
    private var wasWiped = false
    /// Whether it was ever part of the network.
    var wasHere: Bool { life > 0 }
    /// Whether its disk lost or spoilt anything.
    var hasLostData: Bool { wasWiped || disk.hasRotted }
    /// Up to how much later frames reach it.
    var slowness: UInt64 = 0
    /// How far its clock of the day is behind, in milliseconds.
    var clockBehind: UInt64 = 0
    private var tickAt = UInt64.max
    /// For a mutation: the links on which copies were sent, by their request.
    private var copies: [UInt64: [LinkID]] = [:]
    private var startedAt: UInt64 = 0
    /// Makes it lie; nil for an honest one.
    private var liar: Liar?

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
        disk = SimulatedDisk(number, world)
    }

    var node: NodeID { world.cast.nodes[number] }
    var isUp: Bool { process != nil }
    /// Who is in the network as far as it knows.
    var roster: Roster? { process?.engine.status.roster }

    private final class Process {
        var engine: Engine
        init(_ engine: Engine) { self.engine = engine }
    }

    /// Starts with what is on disk, and with the members that its operator has named: none for who founds the network.
    func start() {
        precondition(!isUp)
        life += 1
        (isSilent, isPaused, hasLeft, isStopping) = (false, false, false, false)
        tickAt = .max
        copies = [:]
        startedAt = world.now
        liar = world.isLiar(number) ? world.settings.lie.map { Liar($0) } : nil
        disk.open()
        process = Process(makeEngine(joining: number == 0 && !wasWiped ? [] : (0...3).filter { $0 != number }))
        world.note("node \(number) starts")
        tell(.start)
    }

    private func makeEngine(joining members: [Int]) -> Engine {
        let (cast, identity) = (world.cast, world.cast.identities[number])
        let configuration = MembershipConfiguration(
            identity: identity,
            description: NodeDescription(at: cast.endpoints[number], in: cast.parameters, software: "simulated/1"),
            parameters: cast.parameters, stored: persisted,
            startAddresses: members.map { StartAddress(cast.endpoints[$0]) }, seed: world.random.next())
        var setup = SwimSetup()
        setup.verifier = { [verified = world.verified] in verified.isSigned($0) }
        guard let membership = try? SwimMembership(configuration, setup: setup, now: moment.wallMilliseconds) else {
            preconditionFailure("a valid configuration")
        }
        var engine = Engine.Configuration(
            identity: identity, parameters: cast.parameters, software: "simulated/1", limits: limits)
        engine.mayBeAlone = members.isEmpty
        if world.settings.mutation == .ignoreRosterChange { engine.faults = .ignoresRosterChange }
        return Engine(configuration: engine, membership: membership, now: moment)
    }

    /// Those of a node, but what takes hours there takes minutes here.
    private var limits: EngineLimits {
        var limits = EngineLimits()
        limits.tombstoneSeconds = 10 * 60
        return limits
    }

    private var moment: Moment {
        Moment(monotonicMilliseconds: world.now - World.start + 1_000, wallMilliseconds: world.now - clockBehind)
    }

    /// By its own clock.
    var nowSeconds: UInt32 { moment.wallSeconds }

    func tell(_ event: EngineEvent, life: Int) {
        if life == self.life { tell(event) }
    }

    func tell(_ event: EngineEvent) {
        guard let process else { return }
        guard !isPaused else { return inbox.append(event) }
        for event in world.settings.mutation?.change(event, of: self) ?? [event] {
            liar?.hear(event)
            perform(process.engine.handle(event, now: moment))
        }
        planTick()
    }

    private func planTick() {
        guard let due = process?.engine.nextDeadline else { return }
        let time = max(World.start + due - 1_000, world.now)
        guard time < tickAt else { return }
        tickAt = time
        world.queue.push(.tick(number, life: life), at: time)
    }

    func onTick(_ life: Int) {
        guard life == self.life, isUp, tickAt <= world.now else { return }
        tickAt = .max
        tell(.tick)
    }

    func onCommitted(_ life: Int) {
        guard life == self.life, isUp else { return }
        disk.finishCommit()
    }
}

// What happens to it.
extension Host {
    /// The process ends, or with `silently` the machine: what wasn't on the disk is lost.
    func crash(silently: Bool) {
        guard isUp else { return }
        world.note("node \(number) crashes\(silently ? ", machine and all" : "")")
        end()
        isSilent = silently
        world.abandonLinks(of: number, silently: silently)
        disk.crash()
    }

    /// It is down, and its disk is lost as well.
    func wipe() {
        world.note("node \(number) loses its disk")
        persisted = nil
        wasWiped = true
        disk.wipe()
    }

    func pause(for milliseconds: UInt64) {
        guard isUp, !isPaused else { return }
        world.note("node \(number) stands still for \(milliseconds) ms")
        isPaused = true
        let life = life
        world.after(milliseconds) { [unowned self] in if life == self.life { resume() } }
    }

    func resume() {
        guard isUp, isPaused else { return }
        isPaused = false
        let events = inbox
        inbox = []
        for event in events { tell(event) }
    }

    /// Asks it to end in order.
    func stop(_ manner: StopManner) {
        guard isUp, !isStopping else { return }
        world.note("node \(number) is to \(manner)")
        isStopping = true
        tell(.stop(manner))
    }

    private func end() {
        if isUp { world.counts.nodeMilliseconds += world.now - startedAt }
        process = nil
        inbox = []
        isPaused = false
        (slowness, clockBehind) = (0, 0)
    }

    /// At the end of the run: how long it has run counts.
    func account() {
        if isUp { world.counts.nodeMilliseconds += world.now - startedAt }
    }
}

// What the engine wants.
extension Host {
    private func perform(_ effects: [EngineEffect]) {
        var outgoing: [(link: LinkID, frames: [Frame])] = []
        var closing: [LinkID] = []
        for effect in liar?.change(effects) ?? world.settings.mutation?.change(effects, of: self) ?? effects {
            switch effect {
            case .send(let link, let frame):
                listen(to: frame, link)
                Self.add(frame, to: link, &outgoing)
            case .remove(_, _, let id, let proof, let keepUntilSeconds):
                // A signature doesn't say when the message expires.
                if proof.expirySeconds != nil {
                    world.checkMemory(of: id, until: keepUntilSeconds, limits.tombstoneSeconds)
                }
                disk.perform(effect)
            case .release(_, let key):
                world.checkRelease(of: key, at: self)
                disk.perform(effect)
            case .close(let link, let goodbye):
                Self.add(.goodbye(goodbye), to: link, &outgoing)
                closing.append(link)
            case .dial(let endpoint, let node): world.dial(from: number, endpoint, expected: node)
            case .persist(let roster): persisted = roster
            case .notice(let notice): take(notice)
            case .stopped: continue
            default: disk.perform(effect)
            }
        }
        for (link, frames) in outgoing { world.send(.frames(frames), over: link) }
        for link in closing { world.close(link) }
        disk.submit()
        if effects.contains(where: { if case .stopped = $0 { true } else { false } }) { onStopped() }
    }

    /// What a node says must be true when it says it.
    private func listen(to frame: Frame, _ link: LinkID) {
        switch frame {
        case .replicated(let answer) where answer.status.isAccepted: world.checkStored(answer.id, at: number)
        case .forwarded(let answer) where answer.status.isAccepted: world.checkWord(answer.id, needed: answer.needed)
        case .submitted(let answer) where answer.status.isAccepted: world.checkWord(answer.id, needed: answer.needed)
        case .deliver(let deliver): world.checker.messages[deliver.submission.id]?.givers.insert(number)
        case .replicate(let replicate) where world.settings.mutation == .countTwice:
            copies[replicate.request, default: []].append(link)
        default: break
        }
    }

    /// Where copies under this number were sent.
    func copyLinks(of request: UInt64) -> [LinkID] { copies[request] ?? [] }

    private static func add(_ frame: Frame, to link: LinkID, _ outgoing: inout [(link: LinkID, frames: [Frame])]) {
        if let index = outgoing.firstIndex(where: { $0.link == link }) {
            outgoing[index].frames.append(frame)
        } else {
            outgoing.append((link, [frame]))
        }
    }

    private func take(_ notice: EngineNotice) {
        switch notice {
        case .violation(let peer, let what): world.onViolation(by: peer, seenBy: number, what)
        case .left: hasLeft = true
        default: break
        }
        world.note("node \(number): \(notice)")
    }

    private func onStopped() {
        world.note("node \(number) has stopped\(hasLeft ? " and left" : "")")
        end()
        disk.close()
        world.abandonLinks(of: number, silently: false)
    }
}
