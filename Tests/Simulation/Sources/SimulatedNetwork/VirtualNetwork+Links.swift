// What hosts do to links, and what the network does to messages.
extension VirtualNetwork {
    @inlinable func delay() -> UInt64 { random.within(conditions.delay) }

    /// How much later a slow host takes something up.
    @inlinable func lateness(_ seat: Int) -> UInt64 {
        let slowness = conditions.slowness[seat]
        return slowness == 0 ? 0 : random.below(slowness + 1)
    }

    @inlinable func isOpenBothWays(_ one: Int, _ other: Int) -> Bool {
        conditions.isOpen(from: one, to: other) && conditions.isOpen(from: other, to: one)
    }

    /// Lost packets of a handshake are sent again after a second, as TCP does.
    @inlinable func dial(_ address: Host.Address, from seat: Int, number: Int) {
        traffic.dials += 1
        var delay = delay()
        for _ in 0..<3 where random.happens(perMille: conditions.lostPerMille) { delay += 1_000 }
        queue.push(
            .dial(from: Int32(seat), life: seats[seat].life, address, number: number, since: now), at: now + delay)
    }

    @inlinable func send(_ message: Host.Message, from seat: Int, over number: LinkNumber) {
        let link = links[Int(number.index)]
        let isDialler = Int(link.dialler) == seat
        guard isDialler ? link.isOpenAtDialler : link.isOpenAtAccepter else { return }
        traffic.messages += 1
        traffic.bytes += message.byteCount
        let other = Int(isDialler ? link.accepter : link.dialler)
        guard conditions.isOpen(from: seat, to: other) else { return }
        if random.happens(perMille: conditions.lostPerMille) { return }
        if random.happens(perMille: conditions.deafness[other]) { return }
        let copies = random.happens(perMille: conditions.repeatedPerMille) ? 2 : 1
        for _ in 0..<copies {
            var delay = delay() + lateness(other)
            if random.happens(perMille: conditions.stragglersPerMille) {
                delay += random.below(conditions.stragglerDelay)
            }
            queue.push(.message(message, number, toDialler: !isDialler), at: now + delay)
        }
    }

    /// The other end hears of it on the way that messages take; if that is cut, much later.
    @inlinable func close(_ number: LinkNumber, by seat: Int) {
        let link = links[Int(number.index)]
        let isDialler = Int(link.dialler) == seat
        guard isDialler ? link.isOpenAtDialler : link.isOpenAtAccepter else { return }
        forget(number, atDialler: isDialler)
        tellOfEnd(number, from: seat, to: Int(isDialler ? link.accepter : link.dialler), atDialler: !isDialler)
    }

    @inlinable func forget(_ number: LinkNumber, atDialler: Bool) {
        let link = links[Int(number.index)]
        if atDialler {
            links[Int(number.index)].isOpenAtDialler = false
            seats[Int(link.dialler)].links.remove(number)
        } else {
            links[Int(number.index)].isOpenAtAccepter = false
            seats[Int(link.accepter)].links.remove(number)
        }
    }

    @inlinable func tellOfEnd(_ number: LinkNumber, from seat: Int, to other: Int, atDialler: Bool) {
        if isOpenBothWays(seat, other) {
            queue.push(.closed(number, atDialler: atDialler), at: now + conditions.delay.upperBound + 1)
        } else {
            queue.push(.silence(number, atDialler: atDialler), at: now + conditions.silentLinkTimeout)
        }
    }
}

// What a scenario does to hosts and ways.
extension VirtualNetwork {
    /// Seats a host and starts it. What was meant for the one before doesn't reach it.
    @inlinable public func start(_ host: Host, on seat: Int, at address: Host.Address) {
        put(host, on: seat, at: address)
        deliver(.start, to: seat)
    }

    /// Seats a host that has run for long, and wants a tick at its deadline.
    @inlinable public func seat(_ host: Host, on seat: Int, at address: Host.Address, deadline: UInt64?) {
        put(host, on: seat, at: address)
        seats[seat].deadline = deadline
        planTick(seat)
    }

    @inlinable func put(_ host: Host, on seat: Int, at address: Host.Address) {
        precondition(!seats[seat].isTaken, "seat \(seat) is taken")
        if let old = seats[seat].address, numbers[old] == seat { numbers[old] = nil }
        numbers[address] = seat
        seats[seat].address = address
        seats[seat].host = host
        seats[seat].isTaken = true
        seats[seat].life += 1
        seats[seat].tickAt = .max
        seats[seat].deadline = nil
    }

    /// The host is gone. The system closes its links, unless the machine itself fell silent.
    @inlinable public func end(_ seat: Int, silently: Bool) {
        guard seats[seat].isTaken else { return }
        seats[seat].host = nil
        seats[seat].isTaken = false
        if silently, let address = seats[seat].address { numbers[address] = nil }
        for number in seats[seat].links.sorted(by: { $0.index < $1.index }) {
            let link = links[Int(number.index)]
            let isDialler = Int(link.dialler) == seat
            forget(number, atDialler: isDialler)
            let other = Int(isDialler ? link.accepter : link.dialler)
            if silently {
                queue.push(.silence(number, atDialler: !isDialler), at: now + conditions.silentLinkTimeout)
            } else {
                tellOfEnd(number, from: seat, to: other, atDialler: !isDialler)
            }
        }
    }

    /// Looks at all links again after the time in which silent ones end: to be called when ways have been cut.
    @inlinable public func expectSilence() {
        for index in links.indices where links[index].isOpenAtDialler || links[index].isOpenAtAccepter {
            let link = links[index]
            guard !isOpenBothWays(Int(link.dialler), Int(link.accepter)) else { continue }
            let number = LinkNumber(index: Int32(index))
            let end = now + conditions.silentLinkTimeout
            queue.push(.silence(number, atDialler: true), at: end)
            queue.push(.silence(number, atDialler: false), at: end)
        }
    }

    /// A link that stands from now on, without a handshake: for networks that begin in the middle. Both ends are told
    /// nothing; they have to know.
    @inlinable public func join(_ dialler: Int, _ accepter: Int) -> LinkNumber {
        let number = LinkNumber(index: Int32(links.count))
        links.append(
            Link(
                dialler: Int32(dialler), accepter: Int32(accepter), lives: (seats[dialler].life, seats[accepter].life),
                isOpen: true))
        seats[dialler].links.insert(number)
        seats[accepter].links.insert(number)
        return number
    }
}
