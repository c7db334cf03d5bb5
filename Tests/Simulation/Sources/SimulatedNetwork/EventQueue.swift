/// What happens next, in the order of time and, within a millisecond, of being pushed: the virtual clock.
///
/// A wheel of one slot a millisecond for the near future, a heap for what is farther away: pushing and taking cost the
/// same however many events wait. Inlinable, since hosts and their events are of other modules.
@frozen public struct EventQueue<Event> {
    /// The time of the event that was taken last, in milliseconds.
    @inlinable public var now: UInt64 { time }
    @usableFromInline var time: UInt64
    @usableFromInline var slots: [[Event]]
    /// What is left of the present slot, the next one last: so that taking moves it out.
    @usableFromInline var present: [Event] = []
    @usableFromInline var near = 0
    @usableFromInline var far = FarEvents<Event>()

    /// Events up to so many milliseconds ahead lie in the wheel: most messages and timers do.
    @inlinable static var span: UInt64 { 4_096 }

    /// An empty queue, whose clock stands at `now`.
    @inlinable public init(now: UInt64) {
        time = now
        slots = Array(repeating: [], count: Int(Self.span))
    }

    /// Events that wait.
    @inlinable public var count: Int { near + far.count }

    /// Lets an event happen at `time`, at once if that has passed.
    @inlinable public mutating func push(_ event: Event, at time: UInt64) {
        let time = max(time, now)
        guard time < now + Self.span else { return far.push(event, at: time) }
        slots[Self.slot(time)].append(event)
        near += 1
    }

    /// Takes the next event if it happens before `end` or at it, and sets the clock to its time. Nil sets it to `end`.
    @inlinable public mutating func next(until end: UInt64) -> Event? {
        while true {
            if let event = present.popLast() {
                near -= 1
                return event
            }
            let slot = Self.slot(now)
            if !slots[slot].isEmpty {
                swap(&present, &slots[slot])
                present.reverse()
            } else {
                guard now < end else { return nil }
                advance(until: end)
            }
        }
    }

    /// By one millisecond, or over all that is empty.
    @inlinable mutating func advance(until end: UInt64) {
        time = near > 0 ? now + 1 : min(end, max(now + 1, far.next ?? end))
        while let time = far.next, time < now + Self.span {
            slots[Self.slot(time)].append(far.pop())
            near += 1
        }
    }

    @inlinable static func slot(_ time: UInt64) -> Int { Int(time % span) }
}

/// A binary heap by time and order of pushing.
@frozen @usableFromInline struct FarEvents<Event> {
    @usableFromInline var heap: [(time: UInt64, order: UInt64, event: Event)] = []
    @usableFromInline var order: UInt64 = 0

    @inlinable init() {}

    @inlinable var count: Int { heap.count }
    @inlinable var next: UInt64? { heap.first?.time }

    @inlinable mutating func push(_ event: Event, at time: UInt64) {
        order += 1
        heap.append((time, order, event))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    @inlinable mutating func pop() -> Event {
        heap.swapAt(0, heap.count - 1)
        let last = heap.removeLast()
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, isBefore(child + 1, child) { child += 1 }
            guard isBefore(child, parent) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return last.event
    }

    @inlinable func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].order) < (heap[right].time, heap[right].order)
    }
}
