import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore

/// Engines and scripted clients wired together in memory on a virtual clock (no sockets, threads or disks).
///
/// Every frame goes through its encoding, so that the codec is part of what is tested. Events run in the order of
/// their time, then of their making: a run is the same every time.
final class TestNetwork {
    private(set) var now = Moment(monotonicMilliseconds: 1_000, wallMilliseconds: 1_800_000_000_000)
    private(set) var hosts: [TestHost] = []
    /// Sorted by time, then by their making; those before `nextEvent` have happened.
    private var events: [(due: UInt64, action: () -> Void)] = []
    private var nextEvent = 0
    private var lastLink: UInt64 = 0
    private var wires: [LinkID: Wire] = [:]
    /// Copies that nodes have sent each other to move them.
    private(set) var movedCopies = 0

    private enum End {
        case host(TestHost)
        case client(TestClient)
    }

    /// One direction of a link: whom its frames reach, and under which number.
    private struct Wire {
        let far: LinkID
        let end: End
    }

    func add(_ host: TestHost) { hosts.append(host) }

    // MARK: Time

    func after(_ milliseconds: UInt64 = 0, _ action: @escaping () -> Void) {
        let due = now.monotonicMilliseconds + milliseconds
        var (low, high) = (nextEvent, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].due <= due { low = middle + 1 } else { high = middle }
        }
        events.insert((due, action), at: low)
    }

    /// Runs everything that is due within so many milliseconds, ticks of engines included.
    func run(milliseconds: UInt64 = 2_000) {
        let end = now.monotonicMilliseconds + milliseconds
        while true {
            let due = nextEvent < events.count ? events[nextEvent].due : nil
            let tick = hosts.filter(\.isUp).compactMap { host in host.engine.nextDeadline.map { (host, $0) } }
                .min { $0.1 < $1.1 }
            if let tick, tick.1 < due ?? .max {
                guard tick.1 <= end else { break }
                advance(to: tick.1)
                handle(.tick, at: tick.0)
            } else if let due, due <= end {
                advance(to: due)
                takeEvent()()
            } else {
                break
            }
        }
        advance(to: end)
    }

    private func takeEvent() -> () -> Void {
        defer {
            nextEvent += 1
            if nextEvent > 1_024, nextEvent * 2 > events.count {
                events.removeFirst(nextEvent)
                nextEvent = 0
            }
        }
        return events[nextEvent].action
    }

    private func advance(to time: UInt64) {
        guard time > now.monotonicMilliseconds else { return }
        now.wallMilliseconds += time - now.monotonicMilliseconds
        now.monotonicMilliseconds = time
    }

    // MARK: Links

    /// Connects a client; nil if the node is down.
    func connect(_ client: TestClient, to host: TestHost) {
        guard host.isUp else { return }
        let (near, far) = newLink(.client(client), .host(host))
        client.link = near
        client.send(.hello(client.hello))
        handle(.linkOpened(far, client.peer), at: host)
    }

    func send(_ frame: Frame, over link: LinkID) {
        guard let wire = wires[link] else { return }
        if case .replicate(let replicate) = frame, replicate.purpose == .moved { movedCopies += 1 }
        let bytes = frame.encoded()
        after(1) { [self] in
            guard wires[link] != nil else { return }
            // What one end has written is valid; hostile bytes are the tests' own affair.
            deliver(try! FrameDecoder.decode(bytes), to: wire)
        }
    }

    private func deliver(_ frames: [Frame], to wire: Wire) {
        switch wire.end {
        case .host(let host): handle(.frames(wire.far, frames), at: host)
        case .client(let client): client.received += frames
        }
    }

    private func newLink(_ near: End, _ far: End) -> (LinkID, LinkID) {
        lastLink += 2
        let (nearLink, farLink) = (LinkID(lastLink - 1), LinkID(lastLink))
        wires[nearLink] = Wire(far: farLink, end: far)
        wires[farLink] = Wire(far: nearLink, end: near)
        return (nearLink, farLink)
    }

    /// Cuts a link: both ends hear of it.
    func cut(_ link: LinkID) {
        guard let wire = wires.removeValue(forKey: link) else { return }
        guard let back = wires.removeValue(forKey: wire.far) else { return }
        closed(wire.far, at: wire.end)
        closed(link, at: back.end)
    }

    private func closed(_ link: LinkID, at end: End) {
        switch end {
        case .host(let host): if host.isUp { handle(.linkClosed(link), at: host) }
        case .client(let client): client.isClosed = true
        }
    }

    // MARK: Hosts

    /// The node's process dies; its disk stays.
    func crash(_ host: TestHost) {
        host.isUp = false
        for (link, wire) in wires {
            if case .host(let other) = wire.end, other === host { cut(link) }
        }
    }

    func handle(_ event: EngineEvent, at host: TestHost) {
        guard host.isUp else { return }
        let effects = host.engine.handle(event, now: now)
        for effect in effects { perform(effect, host) }
        let writes = effects.filter(\.isWrite)
        if !writes.isEmpty { answer(host) { $0.store.commit(writes, nowSeconds: $1) } }
    }

    private func perform(_ effect: EngineEffect, _ host: TestHost) {
        switch effect {
        case .send(let link, let frame): send(frame, over: link)
        case .close(let link, let goodbye):
            send(.goodbye(goodbye), over: link)
            after(2) { [self] in cut(link) }
        case .dial(let endpoint, let node): dial(endpoint, node, from: host)
        case .append, .remove, .release: break  // one commit for all of a turn
        case .read(let token, let recipient, let after, let count, let bytes):
            answer(host) { host, _ in
                let result = host.store.read(recipient, after: after, maximumCount: count, maximumBytes: bytes)
                return .read(token: token, result)
            }
        case .query(let token, let query):
            answer(host) { .answered(token: token, $0.store.answer(query, nowSeconds: $1)) }
        case .markHandedOut(let keys): host.store.markHandedOut(keys)
        case .expire(let nowSeconds): host.store.expire(nowSeconds: nowSeconds)
        case .persist(let roster): host.persisted = roster
        case .notice(let notice): host.notices.append(notice)
        case .stopped: host.hasStopped = true
        }
    }

    /// The store answers after its commit, in order.
    private func answer(_ host: TestHost, _ work: @escaping (TestHost, UInt32) -> EngineEvent) {
        after(host.commitMilliseconds) { [self] in
            guard host.isUp else { return }
            let event = work(host, now.wallSeconds)
            for damage in host.store.takeUnreadable() { handle(damage, at: host) }
            handle(event, at: host)
        }
    }

    private func dial(_ endpoint: Endpoint, _ node: NodeID?, from host: TestHost) {
        after(1) { [self] in
            guard host.isUp else { return }
            let target = hosts.first { $0.endpoint == endpoint && $0.isUp }
            guard let target, node == nil || target.node == node else {
                return handle(.dialFailed(endpoint, expecting: node), at: host)
            }
            let (near, far) = newLink(.host(host), .host(target))
            handle(.linkOpened(near, .node(target.node, dialled: endpoint)), at: host)
            handle(.linkOpened(far, .node(host.node, dialled: nil)), at: target)
        }
    }
}
