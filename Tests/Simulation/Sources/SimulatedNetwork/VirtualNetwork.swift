/// Hosts, links and messages under a virtual clock and a seed. The same hosts, seed and calls give the same run.
///
/// A host sits on a numbered seat, which keeps its address when the host is gone. Links behave as TCP's do: a process
/// that ends closes them, a machine that falls silent doesn't.
public final class VirtualNetwork<Host: SimulatedHost> {
    /// Where hosts sit.
    @usableFromInline final class Seat {
        @usableFromInline var host: Host?
        /// Whether there is one: may be asked while the host itself is at work.
        @usableFromInline var isTaken = false
        /// Which of the hosts that sat here this is: what was meant for an earlier one doesn't reach it.
        @usableFromInline var life: Int32 = 0
        /// When the host wants a tick, and when one comes.
        @usableFromInline var deadline: UInt64?
        @usableFromInline var tickAt = UInt64.max
        @usableFromInline var address: Host.Address?
        /// Links with this host as one end, for when it goes.
        @usableFromInline var links: Set<LinkNumber> = []

        @usableFromInline init() {}
    }

    @usableFromInline enum Event {
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
    public var traffic = Traffic()
    /// Where this network's chance comes from; scenarios may draw from it too.
    public var random: SeededRandom
    @usableFromInline var queue: EventQueue<Event>
    @usableFromInline let seats: [Seat]
    @usableFromInline var links: [Link] = []
    @usableFromInline var numbers: [Host.Address: Int] = [:]
    @usableFromInline var outlet: HostOutlet<Host.Message, Host.Address>

    /// Empty seats.
    @inlinable public init(seats count: Int, seed: UInt64, now: UInt64) {
        seats = (0..<count).map { _ in Seat() }
        conditions = Conditions(hosts: count)
        random = SeededRandom(seed: seed)
        queue = EventQueue(now: now)
        outlet = HostOutlet(now: now)
    }

    /// The present time, in milliseconds.
    @inlinable public var now: UInt64 { queue.now }
    /// The host on a seat, if there is one.
    @inlinable public func host(_ seat: Int) -> Host? { seats[seat].host }
    /// The seats with a host.
    @inlinable public var living: [Int] { seats.indices.filter { seats[$0].isTaken } }
    /// The first seat with a host.
    @inlinable public var firstLiving: Int? { seats.firstIndex { $0.isTaken } }
    /// Whether a host sits there.
    @inlinable public func isTaken(_ seat: Int) -> Bool { seats[seat].isTaken }
    /// Whether a host sits there that isn't paused.
    @inlinable public func isRunning(_ seat: Int) -> Bool { seats[seat].isTaken && conditions.pausedUntil[seat] <= now }
    /// Counts from here on.
    @inlinable public func resetTraffic() { traffic = Traffic() }

    /// Changes a host from outside, or looks at it without a copy.
    @inlinable public func withHost<Result>(_ seat: Int, _ body: (inout Host) -> Result) -> Result? {
        guard seats[seat].isTaken else { return nil }
        return body(&seats[seat].host!)
    }

    /// Lets a host handle an event that only it knows of.
    @inlinable public func tell(
        _ seat: Int, _ body: (inout Host, inout HostOutlet<Host.Message, Host.Address>) -> UInt64?
    ) {
        guard seats[seat].isTaken else { return }
        outlet.time = now
        seats[seat].deadline = body(&seats[seat].host!, &outlet)
        perform(by: seat)
    }

    /// Lets time pass.
    @inlinable public func run(for milliseconds: UInt64) { run(until: now + milliseconds) }

    /// Lets time pass until `end`.
    @inlinable public func run(until end: UInt64) {
        while let event = queue.next(until: end) { happen(event) }
    }

    /// Lets time pass until the condition holds, looked at once a millisecond in which something happened. How long it
    /// took; nil if it didn't hold within `limit`.
    @inlinable public func run(atMost limit: UInt64, until holds: () -> Bool) -> UInt64? {
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

    @inlinable func deliver(_ event: HostEvent<Host.Message>, to seat: Int) {
        outlet.time = now
        seats[seat].deadline = seats[seat].host!.handle(event, &outlet)
        perform(by: seat)
    }

    @inlinable func perform(by seat: Int) {
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
    @inlinable func planTick(_ number: Int) {
        let seat = seats[number]
        guard let due = seat.deadline, due < seat.tickAt else { return }
        seat.tickAt = max(due, now)
        queue.push(.tick(Int32(number)), at: due)
    }

    @inlinable func onTick(_ number: Int) {
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
    public var messages = 0
    /// Their bytes, without the framing of links.
    public var bytes = 0
    /// Dials.
    public var dials = 0

    @inlinable init() {}
}

/// A link between two seats, or what is left of one.
@usableFromInline struct Link {
    @usableFromInline let dialler: Int32
    @usableFromInline let accepter: Int32
    @usableFromInline let diallerLife: Int32
    @usableFromInline let accepterLife: Int32
    /// Whether each end has it.
    @usableFromInline var isOpenAtDialler: Bool
    @usableFromInline var isOpenAtAccepter: Bool
    /// The dialler knows already, the accepter will.
    @usableFromInline var isBeingAccepted = false

    @inlinable init(dialler: Int32, accepter: Int32, lives: (Int32, Int32), isOpen: Bool) {
        self.dialler = dialler
        self.accepter = accepter
        (diallerLife, accepterLife) = lives
        isOpenAtDialler = isOpen
        isOpenAtAccepter = isOpen
    }
}
