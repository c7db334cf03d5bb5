import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import SimulatedNetwork

// How links come about.
extension World {
    func dial(from host: Int, _ endpoint: Endpoint, expected: NodeID?) {
        queue.push(
            .dial(from: host, life: hosts[host].life, endpoint, expected: expected, since: now), at: now + delay())
    }

    func onDial(_ host: Int, _ life: Int, _ endpoint: Endpoint, _ expected: NodeID?, _ since: UInt64) {
        guard hosts[host].isUp, hosts[host].life == life else { return }
        let failure = Event.dialFailed(host, life: life, endpoint, expected: expected)
        guard let target = cast.number(at: endpoint), !isBlocked(from: host, to: target),
            !isBlocked(from: target, to: host), !hosts[target].isSilent, !hosts[target].isPaused
        else { return queue.push(failure, at: since + Self.dialTimeout) }
        guard hosts[target].isUp else { return queue.push(failure, at: now + delay()) }
        let number = links.count
        links.append(Link(ends: [.host(host), .host(target)], lives: [life, hosts[target].life]))
        queue.push(.opened(link: number, side: 0, expected: expected), at: now + delay() + delay())
    }

    /// The dialler knows a way earlier than the other end.
    func onOpened(_ number: Int, _ side: Int, _ expected: NodeID?) {
        guard case .host(let dialler) = links[number].ends[0], case .host(let target) = links[number].ends[1] else {
            return
        }
        let (endpoint, lives) = (cast.endpoints[target], links[number].lives)
        let isThere = hosts[target].isUp && hosts[target].life == lives[1]
        if side == 0 {
            guard hosts[dialler].isUp, hosts[dialler].life == lives[0] else { return }
            guard isThere, expected == nil || expected == cast.nodes[target] else {
                return hosts[dialler].tell(.dialFailed(endpoint, expecting: expected), life: lives[0])
            }
            links[number].isOpen[0] = true
            links[number].lastArrival[1] = now + delay()
            queue.push(.opened(link: number, side: 1, expected: nil), at: links[number].lastArrival[1])
            hosts[dialler].tell(
                .linkOpened(Self.id(number, 0), .node(cast.nodes[target], dialled: endpoint)), life: lives[0])
        } else if isThere {
            // What the dialler has sent meanwhile comes behind this, its end included.
            links[number].isOpen[1] = true
            hosts[target].tell(
                .linkOpened(Self.id(number, 1), .node(cast.nodes[dialler], dialled: nil)), life: lives[1])
        } else {
            queue.push(.arrive(link: number, toward: 0, .end), at: now + delay())
        }
    }

    /// A client dials; nil comes back if nobody answers.
    func dial(from client: Client, as peer: Peer? = nil, to target: Int, _ answer: @escaping (LinkID?) -> Void) {
        after(2 * delay()) { [unowned self] in
            guard !hosts[target].isSilent, !hosts[target].isPaused else { return after(5_000) { answer(nil) } }
            guard hosts[target].isUp else { return answer(nil) }
            let number = links.count
            links.append(
                Link(
                    ends: [.client(client.number), .host(target)], lives: [0, hosts[target].life],
                    isOpen: [true, true]))
            hosts[target].tell(
                .linkOpened(Self.id(number, 1), peer ?? .user(client.user)), life: hosts[target].life)
            answer(Self.id(number, 0))
        }
    }
}
