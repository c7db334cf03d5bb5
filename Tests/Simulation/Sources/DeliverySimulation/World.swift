import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import SimulatedNetwork

/// A network of nodes and clients under a virtual clock and a seed: the shipping engines, and around each what its shell
/// does in reality. One run is one thread's.
final class World {
    /// What happens at some time.
    enum Event {
        case arrive(link: Int, toward: Int, LinkItem)
        case opened(link: Int, side: Int, expected: NodeID?)
        case dial(from: Int, life: Int, Endpoint, expected: NodeID?, since: UInt64)
        case dialFailed(Int, life: Int, Endpoint, expected: NodeID?)
        case tick(Int, life: Int)
        case committed(Int, life: Int)
        case answer(Int, life: Int, EngineEvent)
        case perform(() -> Void)
    }

    let settings: DeliverySettings
    let cast: DeliveryCast
    let trace: ((String) -> Void)?
    let verified = VerifiedRecords()
    var queue: EventQueue<Event>
    var random: SeededRandom
    var hosts: [Host] = []
    var clients: [Client] = []
    var links: [Link] = []
    /// Whether what a host sends to another one waits: by sender × seats + receiver.
    var isCut: [Bool]
    var counts = DeliveryCounts()
    let checker = Checker()
    /// Nodes that lie.
    var liars = HostSet()
    /// When something was wrong last; what happens long after has no excuse.
    var lastFaultAt: UInt64 = 0
    /// Whether everything is to work from now on.
    var isCalm = false
    private var rings: [Bytes16: Ring] = [:]

    /// When it begins, in milliseconds since 1970.
    static let start: UInt64 = 1_800_000_000_000
    /// How long a frame takes, in milliseconds.
    static let delay: ClosedRange<UInt64> = 1...40
    /// A dial that nobody answers ends after so long.
    static let dialTimeout: UInt64 = 10_000
    /// A link over which nothing comes ends after so long.
    static let silence: UInt64 = 90_000

    init(_ settings: DeliverySettings, cast: DeliveryCast, trace: ((String) -> Void)?) {
        self.settings = settings
        self.cast = cast
        self.trace = trace
        queue = EventQueue(now: Self.start)
        random = SeededRandom(seed: settings.seed)
        isCut = Array(repeating: false, count: settings.seats * settings.seats)
        hosts = (0..<settings.seats).map { Host($0, self) }
        clients = (0..<DeliverySettings.users).map { Client($0, self) }
    }

    var now: UInt64 { queue.now }
    var nowSeconds: UInt32 { UInt32(clamping: queue.now / 1_000) }

    /// Lets time pass until `end`, or until an invariant is broken.
    func run(until end: UInt64) {
        while checker.violation == nil, let event = queue.next(until: end) {
            counts.events += 1
            happen(event)
        }
    }

    func run(for milliseconds: UInt64) { run(until: now + milliseconds) }

    func after(_ milliseconds: UInt64, _ action: @escaping () -> Void) {
        queue.push(.perform(action), at: now + milliseconds)
    }

    func delay() -> UInt64 { random.within(Self.delay) }

    func note(_ text: @autoclosure () -> String) {
        guard let trace else { return }
        let time = now - Self.start
        trace("\(time / 1_000).\(String(1_000 + time % 1_000).dropFirst()) \(text())")
    }

    func fail(_ invariant: Invariant, _ text: String) {
        guard checker.violation == nil else { return }
        note("BROKEN \(invariant): \(text)")
        checker.violation = Violation(invariant: invariant, detail: text, milliseconds: now - Self.start)
    }

    /// Placement as a roster gives it; computed once for each digest.
    func ring(_ roster: Roster) -> Ring {
        if let ring = rings[roster.digest] { return ring }
        let ring = Ring(roster)
        rings[roster.digest] = ring
        return ring
    }

    private func happen(_ event: Event) {
        switch event {
        case .arrive(let link, let side, let item): arrive(link, side, item)
        case .opened(let link, let side, let expected): onOpened(link, side, expected)
        case .dial(let from, let life, let endpoint, let expected, let since):
            onDial(from, life, endpoint, expected, since)
        case .dialFailed(let host, let life, let endpoint, let expected):
            hosts[host].tell(.dialFailed(endpoint, expecting: expected), life: life)
        case .tick(let host, let life): hosts[host].onTick(life)
        case .committed(let host, let life): hosts[host].onCommitted(life)
        case .answer(let host, let life, let event): hosts[host].tell(event, life: life)
        case .perform(let action): action()
        }
    }
}

/// Remembers which records' signatures were verified, since all nodes of a run verify the same ones.
final class VerifiedRecords: @unchecked Sendable {  // one run, one thread
    private var known: [NodeRecord: Bool] = [:]

    func isSigned(_ record: NodeRecord) -> Bool {
        if let known = known[record] { return known }
        let isSigned = record.isSigned
        known[record] = isSigned
        return isSigned
    }
}
