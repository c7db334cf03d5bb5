/// Hosts, links and messages under a virtual clock and a seed. The same hosts, seed and calls give the same run.
///
/// A host sits on a numbered seat, which keeps its address when the host is gone. Links behave as TCP's do: a process
/// that ends closes them, a machine that falls silent doesn't.
public final class VirtualNetwork<Host: SimulatedHost> {
    /// Where hosts sit.
    final class Seat {
        var host: Host?
        /// Whether there is one: may be asked while the host itself is at work.
        var isTaken = false
        /// Which of the hosts that sat here this is: what was meant for an earlier one doesn't reach it.
        var life: Int32 = 0
        /// When the host wants a tick, and when one comes.
        var deadline: UInt64?
        var tickAt = UInt64.max
        var address: Host.Address?
        /// Links with this host as one end, for when it goes.
        var links: Set<LinkNumber> = []
    }

    struct Link {
        let dialler: Int32
        let accepter: Int32
        let diallerLife: Int32
        let accepterLife: Int32
        /// Whether each end has it.
        var isOpenAtDialler = false
        var isOpenAtAccepter = false
        /// The dialler knows already, the accepter will.
        var isBeingAccepted = false
    }

    enum Event {
        case tick(Int32)
        case message(Host.Message, LinkNumber, toDialler: Bool)
        case dial(from: Int32, life: Int32, Host.Address, number: Int, since: UInt64)
        case dialFailed(Int32, life: Int32, number: Int)
        case opened(LinkNumber, atDialler: Bool, number: Int)
        case closed(LinkNumber, atDialler: Bool)
        case silence(LinkNumber, atDialler: Bool)
    }

    /// How the network is just now.
    public var conditions: Conditions
    /// What all hosts have sent since the last call of ``resetTraffic()``.
    public internal(set) var traffic = Traffic()
    /// Where this network's chance comes from; scenarios may draw from it too.
    public var random: SeededRandom
    var queue: EventQueue<Event>
    let seats: [Seat]
    var links: [Link] = []
    var numbers: [Host.Address: Int] = [:]
    private var outlet: HostOutlet<Host.Message, Host.Address>

    /// Empty seats.
    public init(seats count: Int, seed: UInt64, now: UInt64) {
        seats = (0..<count).map { _ in Seat() }
        conditions = Conditions(hosts: count)
        random = SeededRandom(seed: seed)
        queue = EventQueue(now: now)
        outlet = HostOutlet(now: now)
    }

    /// The present time, in milliseconds.
    public var now: UInt64 { queue.now }
    /// The host on a seat, if there is one.
    public func host(_ seat: Int) -> Host? { seats[seat].host }
    /// The seats with a host.
    public var living: [Int] { seats.indices.filter { seats[$0].isTaken } }
    /// The first seat with a host.
    public var firstLiving: Int? { seats.firstIndex { $0.isTaken } }
    /// Whether a host sits there that isn't paused.
    public func isRunning(_ seat: Int) -> Bool { seats[seat].isTaken && conditions.pausedUntil[seat] <= now }
    /// Counts from here on.
    public func resetTraffic() { traffic = Traffic() }

    /// Changes a host from outside, or looks at it without a copy.
    public func withHost<Result>(_ seat: Int, _ body: (inout Host) -> Result) -> Result? {
        guard seats[seat].isTaken else { return nil }
        return body(&seats[seat].host!)
    }

    /// Lets a host handle an event that only it knows of.
    public func tell(
        _ seat: Int, _ body: (inout Host, inout HostOutlet<Host.Message, Host.Address>) -> UInt64?
    ) {
        guard seats[seat].isTaken else { return }
        outlet.now = now
        seats[seat].deadline = body(&seats[seat].host!, &outlet)
        perform(by: seat)
    }

    /// Lets time pass.
    public func run(for milliseconds: UInt64) { run(until: now + milliseconds) }

    /// Lets time pass until `end`.
    public func run(until end: UInt64) {
        while let event = queue.next(until: end) { happen(event) }
    }

    /// Lets time pass until the condition holds, looked at once a millisecond in which something happened. How long it
    /// took; nil if it didn't hold within `limit`.
    public func run(atMost limit: UInt64, until holds: () -> Bool) -> UInt64? {
        let start = now
        if holds() { return 0 }
        while let event = queue.next(until: start + limit) {
            let time = now
            happen(event)
            while let next = queue.next(until: time) { happen(next) }
            if holds() { return time - start }
        }
        return nil
    }

    func deliver(_ event: HostEvent<Host.Message>, to seat: Int) {
        outlet.now = now
        seats[seat].deadline = seats[seat].host!.handle(event, &outlet)
        perform(by: seat)
    }

    private func perform(by seat: Int) {
        for command in outlet.commands {
            switch command {
            case .dial(let address, let number): dial(address, from: seat, number: number)
            case .send(let message, let link): send(message, from: seat, over: link)
            case .close(let link): close(link, by: seat)
            }
        }
        outlet.commands.removeAll(keepingCapacity: true)
        planTick(seat)
    }

    /// At most one tick waits for a host, unless its deadline moves forward.
    func planTick(_ number: Int) {
        let seat = seats[number]
        guard let due = seat.deadline, due < seat.tickAt else { return }
        seat.tickAt = max(due, now)
        queue.push(.tick(Int32(number)), at: due)
    }

    func onTick(_ number: Int) {
        let seat = seats[number]
        guard seat.tickAt <= now else { return }
        seat.tickAt = .max
        guard let due = seat.deadline else { return }
        if due <= now { deliver(.tick, to: number) } else { planTick(number) }
    }
}

/// What has been sent.
public struct Traffic: Sendable {
    /// Messages, arrived or not.
    public internal(set) var messages = 0
    /// Their bytes, without the framing of links.
    public internal(set) var bytes = 0
    /// Dials.
    public internal(set) var dials = 0
}
