// What happens, one event after the other.
extension VirtualNetwork {
    @inlinable func happen(_ event: Event) {
        switch event {
        case .tick(let seat):
            if isAwake(Int(seat), event) { onTick(Int(seat)) }
        case .message(let message, let link, let toDialler): arrive(message, link, toDialler, event)
        case .dial(let from, let life, let address, let number, let since):
            onDial(from, life, address, number, since, event)
        case .dialFailed(let from, let life, let number):
            if isAwake(Int(from), event), seats[Int(from)].life == life { deliver(.dialFailed(number), to: Int(from)) }
        case .opened(let link, let atDialler, let number): onOpened(link, atDialler, number, event)
        case .closed(let link, let atDialler): onClosed(link, atDialler, event)
        case .silence(let link, let atDialler): onSilence(link, atDialler)
        }
    }

    /// False for a host that is paused, which will see the event later, and for an empty seat.
    @inlinable func isAwake(_ seat: Int, _ event: Event) -> Bool {
        guard seats[seat].isTaken else { return false }
        let until = conditions.pausedUntil[seat]
        guard until > now else { return true }
        queue.push(event, at: until)
        return false
    }

    @inlinable func arrive(_ message: Host.Message, _ number: LinkNumber, _ toDialler: Bool, _ event: Event) {
        let link = links[Int(number.index)]
        guard toDialler ? link.isOpenAtDialler : link.isOpenAtAccepter else {
            // Nothing overtakes a handshake.
            if !toDialler, link.isBeingAccepted { queue.push(event, at: now + 1) }
            return
        }
        let (to, from) = toDialler ? (link.dialler, link.accepter) : (link.accepter, link.dialler)
        guard isAwake(Int(to), event) else { return }
        deliver(.message(message, from: Int(from), number), to: Int(to))
    }

    /// The first packet of a dial has reached its address.
    @inlinable func onDial(
        _ from: Int32, _ life: Int32, _ address: Host.Address, _ number: Int, _ since: UInt64, _ event: Event
    ) {
        let dialler = Int(from)
        guard seats[dialler].life == life, seats[dialler].isTaken else { return }
        let timeout = since + conditions.dialTimeout
        guard let to = numbers[address], isOpenBothWays(dialler, to) else {
            return queue.push(.dialFailed(from, life: life, number: number), at: timeout)
        }
        guard seats[to].isTaken else {
            return queue.push(.dialFailed(from, life: life, number: number), at: now + delay())
        }
        let until = conditions.pausedUntil[to]
        if until > now {
            return until < timeout
                ? queue.push(event, at: until)
                : queue.push(.dialFailed(from, life: life, number: number), at: timeout)
        }
        open(dialler, to, number)
    }

    /// The handshake: the dialler knows after a way back, a way there and one back; the other end a way later.
    @inlinable func open(_ dialler: Int, _ accepter: Int, _ number: Int) {
        let link = LinkNumber(index: Int32(links.count))
        links.append(
            Link(
                dialler: Int32(dialler), accepter: Int32(accepter), lives: (seats[dialler].life, seats[accepter].life),
                isOpen: false))
        seats[dialler].links.insert(link)
        seats[accepter].links.insert(link)
        let known = now + delay() + delay() + delay() + lateness(dialler)
        queue.push(.opened(link, atDialler: true, number: number), at: known)
    }

    @inlinable func onOpened(_ number: LinkNumber, _ atDialler: Bool, _ dial: Int, _ event: Event) {
        let link = links[Int(number.index)]
        let (seat, life) = atDialler ? (link.dialler, link.diallerLife) : (link.accepter, link.accepterLife)
        let other = atDialler ? link.accepter : link.dialler
        guard seats[Int(seat)].life == life, isAwake(Int(seat), event) else { return }
        if atDialler {
            // The other host may have gone in the meantime.
            guard seats[Int(other)].life == link.accepterLife, seats[Int(other)].isTaken else {
                return deliver(.dialFailed(dial), to: Int(seat))
            }
            links[Int(number.index)].isOpenAtDialler = true
            links[Int(number.index)].isBeingAccepted = true
            queue.push(
                .opened(number, atDialler: false, number: dial), at: now + delay() + lateness(Int(other)))
            deliver(.linkOpened(number, to: Int(other), dial: dial), to: Int(seat))
        } else {
            links[Int(number.index)].isBeingAccepted = false
            guard link.isOpenAtDialler else { return }
            links[Int(number.index)].isOpenAtAccepter = true
            deliver(.linkOpened(number, to: Int(other), dial: nil), to: Int(seat))
        }
    }

    @inlinable func onClosed(_ number: LinkNumber, _ atDialler: Bool, _ event: Event) {
        let link = links[Int(number.index)]
        guard atDialler ? link.isOpenAtDialler : link.isOpenAtAccepter else { return }
        let (seat, other) = atDialler ? (link.dialler, link.accepter) : (link.accepter, link.dialler)
        guard isAwake(Int(seat), event) else { return }
        forget(number, atDialler: atDialler)
        deliver(.linkClosed(number, to: Int(other)), to: Int(seat))
    }

    /// Nothing has come for long: is the other end still there?
    @inlinable func onSilence(_ number: LinkNumber, _ atDialler: Bool) {
        let link = links[Int(number.index)]
        let (dialler, accepter) = (Int(link.dialler), Int(link.accepter))
        let isOpenThere = atDialler ? link.isOpenAtAccepter : link.isOpenAtDialler
        if isOpenThere, isOpenBothWays(dialler, accepter) { return }
        onClosed(number, atDialler, .silence(number, atDialler: atDialler))
    }
}
