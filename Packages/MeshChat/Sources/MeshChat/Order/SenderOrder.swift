/// Brings one sender's messages into the order in which they were sent.
///
/// A message is shown when nothing is missing before it: its counter is the next of its epoch, and for the first of an
/// epoch, the epoch before it was shown as far as it went. Otherwise it is held, at most
/// ``ChatLimits/gapWaitMilliseconds``; then what is there is shown in order, with a ``Gap`` where something is missing.
/// What comes after its place was passed is shown at once, as late.
///
/// Epochs form a chain by each naming the one before. Two things come beside the chain's end: a *fork*, where a sender's
/// state was put back from a copy and goes on from an epoch that was already passed; and a *straggler*, from an epoch in
/// a gap of unknown length that was given up. The chain can't tell them apart, the sender's own clock can: what was sent
/// before the message shown last is a straggler, and shown at once as late.
///
/// Nothing in a message can make this grow or work without bound: epochs and held messages are limited, and chains that
/// bite their own tail end. Duplicates are not seen here but by inner id, before.
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
    /// The epoch at the end of the chain; 0 before the first.
    var tip: UInt64 = 0
    /// When the message shown last was sent, late ones apart, by the sender's clock.
    var lastSentAt: UInt64 = 0

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

    /// Passes everything below `next`. An epoch that is new here stands at its place in the chain.
    mutating func pass(_ epoch: UInt64, to next: UInt64) {
        if let index = epochs.lastIndex(where: { $0.epoch == epoch }) {
            epochs[index].next = max(epochs[index].next, next)
            return
        }
        epochs.append(Epoch(epoch: epoch, next: next))
        tip = epoch
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
        let order = arrival.order
        let known = next(of: order.epoch)
        if isStraggler(arrival) {
            if known != nil { pass(order.epoch, to: order.counter + 1) }
            return .message(arrival, late: true)
        }
        pass(order.epoch, to: order.counter + 1)
        if let known, order.counter < known { return .message(arrival, late: true) }
        lastSentAt = arrival.sentAtMilliseconds
        return .message(arrival, late: false)
    }

    private func isReady(_ arrival: Arrival) -> Bool {
        let order = arrival.order
        if isStraggler(arrival) { return true }
        if let next = next(of: order.epoch) { return order.counter <= next }
        guard order.counter == 1 else { return false }
        guard let previous = order.previous else { return true }
        return next(of: previous.epoch).map { $0 > previous.count } ?? false
    }

    /// Whether the message neither belongs to the end of the chain nor continues it, and is older than what is shown.
    private func isStraggler(_ arrival: Arrival) -> Bool {
        let order = arrival.order
        return tip != 0 && order.epoch != tip && order.previous?.epoch != tip
            && arrival.sentAtMilliseconds < lastSentAt
    }
}
