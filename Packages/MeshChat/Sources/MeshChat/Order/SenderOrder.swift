/// Brings one sender's messages into the order in which they were sent.
///
/// A message is shown when nothing is missing before it: its counter is the next of its epoch, and for the first of an
/// epoch, the epoch before it was shown as far as it went. Otherwise it is held, at most
/// ``ChatLimits/gapWaitMilliseconds``; then what is there is shown in order, with a ``Gap`` where something is missing.
/// What comes after its place was passed is shown at once, as late.
///
/// Epochs form a chain by each naming the one before. Where a sender's state was put back from a copy, the chain forks:
/// the new branch names an epoch that was already passed, and goes on from here. Nothing in a message can make this
/// grow or work without bound: epochs and held messages are limited, and chains that bite their own tail end.
///
/// Duplicates are not seen here but by inner id, before.
public struct SenderOrder: Hashable, Sendable {
    /// What can be shown now, in this order.
    public enum Release: Hashable, Sendable {
        /// The message that came in, or one that was held; late if its place was passed before.
        case message(Arrival, late: Bool)
        /// Messages that are missing at this place.
        case gap(Gap)
    }

    struct Epoch: Hashable, Sendable {
        let epoch: UInt64
        /// The counter that comes next; everything below was shown or given up.
        var next: UInt64
    }

    /// Opened epochs, the one opened last at the end.
    var epochs: [Epoch] = []
    /// What waits for something earlier, in order of arrival.
    var held: [Arrival] = []

    /// The order of a sender of whom nothing has come yet.
    public init() {}

    /// How many messages wait for an earlier one.
    public var heldCount: Int { held.count }

    /// When ``onTick(now:)`` has something to release at the latest; nil while nothing is held.
    public var deadline: UInt64? {
        held.first.map { $0.arrivedAtMilliseconds &+ ChatLimits.gapWaitMilliseconds }
    }

    /// Takes a message in.
    /// - Returns: what can be shown now, maybe nothing.
    public mutating func onArrival(_ arrival: Arrival) -> [Release] {
        held.append(arrival)
        var releases = releaseReady()
        while held.count > ChatLimits.heldMessages { releases += giveUp(before: held[0]) }
        return releases
    }

    /// Ends the wait of what has waited long enough.
    public mutating func onTick(now: UInt64) -> [Release] {
        var releases: [Release] = []
        while let first = held.first, isOver(first, now: now) { releases += giveUp(before: first) }
        return releases
    }

    /// Ends every wait, because everybody who could have the missing messages was asked.
    public mutating func onAllAsked() -> [Release] {
        var releases: [Release] = []
        while let first = held.first { releases += giveUp(before: first) }
        return releases
    }

    /// A clock that was put back must not make a message wait for longer.
    private func isOver(_ arrival: Arrival, now: UInt64) -> Bool {
        now < arrival.arrivedAtMilliseconds
            || now - arrival.arrivedAtMilliseconds >= ChatLimits.gapWaitMilliseconds
    }
}

extension SenderOrder {
    /// The next counter of an epoch; nil if it was never opened, or so long ago that it was forgotten.
    func next(of epoch: UInt64) -> UInt64? {
        epochs.last { $0.epoch == epoch }?.next
    }

    mutating func setNext(of epoch: UInt64, to next: UInt64) {
        if let index = epochs.lastIndex(where: { $0.epoch == epoch }) {
            epochs[index].next = max(epochs[index].next, next)
            return
        }
        epochs.append(Epoch(epoch: epoch, next: next))
        if epochs.count > ChatLimits.epochs { epochs.removeFirst() }
    }

    /// Shows everything before which nothing is missing any more.
    mutating func releaseReady() -> [Release] {
        var releases: [Release] = []
        while let index = held.firstIndex(where: isReady) { releases.append(release(at: index)) }
        return releases
    }

    mutating func release(at index: Int) -> Release {
        let arrival = held.remove(at: index)
        let next = next(of: arrival.order.epoch) ?? 1
        setNext(of: arrival.order.epoch, to: arrival.order.counter + 1)
        return .message(arrival, late: arrival.order.counter < next)
    }

    private func isReady(_ arrival: Arrival) -> Bool {
        let order = arrival.order
        if let next = next(of: order.epoch) { return order.counter <= next }
        guard order.counter == 1 else { return false }
        guard let previous = order.previous else { return true }
        return next(of: previous.epoch).map { $0 > previous.count } ?? false
    }
}
