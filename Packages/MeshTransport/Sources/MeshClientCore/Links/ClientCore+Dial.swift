import MeshCrypto
import MeshRing
import MeshWire

extension ClientCore {
    /// Dials a node at its record's endpoints, one after the other, those first that prove the record; it must prove its
    /// id.
    /// - Returns: false if nothing was begun: no record, no endpoint, or too many links.
    mutating func dial(_ node: NodeID, purpose: ClientLink.Purpose, role: LinkRole) -> Bool {
        let held = state.roster?[node]?.record
        guard let record = purpose == .witness ? votes[node]?.record ?? held : held else { return false }
        let endpoints = record.provingEndpoints + record.endpoints.filter { $0.address != record.placementAddress }
        guard let first = endpoints.first else { return false }
        return dial(.endpoint(first), node, purpose, role, remaining: Array(endpoints.dropFirst())) != nil
    }

    @discardableResult
    mutating func dial(
        _ target: DialTarget, _ node: NodeID?, _ purpose: ClientLink.Purpose, _ role: LinkRole,
        remaining: [Endpoint] = []
    ) -> ClientLinkID? {
        guard links.count < ClientLimits.links else { return nil }
        let id = ClientLinkID(nextLink)
        nextLink += 1
        let dial = Dial(link: id, target: target, node: node, network: expectedNetwork, role: role)
        links.append(ClientLink(dial, purpose: purpose, remaining: remaining, now: clock))
        out.append(.dial(dial))
        return id
    }

    mutating func onDialFailed(_ id: ClientLinkID, _ failure: DialFailure) {
        guard let index = index(of: id), case .dialing = links[index].phase else { return }
        if case .foreignNetwork(let network) = failure {
            notice(.foreignNetwork(network, at: links[index].dial.target))
        }
        end(id, .dial(failure))
    }

    /// Tries the node's next endpoint for the same purpose.
    mutating func redial(_ link: ClientLink) -> Bool {
        guard let node = link.dial.node, let next = link.remaining.first,
            let id = dial(
                .endpoint(next), node, link.purpose, link.dial.role, remaining: Array(link.remaining.dropFirst()))
        else { return false }
        sweep?.update(node) { task in
            if case .running(link.id) = task.stage { task.stage = .running(id) }
        }
        recallRedialled(link.id, as: id)
        return true
    }

    mutating func onOpened(_ id: ClientLinkID, _ node: NodeID, _ parameters: NetworkParameters) {
        guard let index = index(of: id), case .dialing = links[index].phase else { return }
        links[index].phase = .greeting(clock)
        links[index].lastHeard = clock
        links[index].remaining = []
        if let expected = links[index].dial.node, expected != node { return end(id, .fault(.wrongNode(node))) }
        let network = parameters.id
        if let expected = expectedNetwork, expected != network {
            notice(.foreignNetwork(network, at: links[index].dial.target))
            return end(id, .fault(.foreignNetwork(network)))
        }
        if case .start(let start) = links[index].purpose, !admits(node, at: configuration.startAddresses[start]) {
            return end(id, .untrusted(node))
        }
        links[index].node = node
        links[index].parameters = parameters
        let hello = Hello(
            rosterDigest: digest, creditBytes: links[index].window.open, software: configuration.software)
        out.append(.send(id, .hello(hello)))
    }

    /// Trust on first use: another node than before is taken only if the roster knows it.
    private mutating func admits(_ node: NodeID, at start: StartAddress) -> Bool {
        guard start.node == nil, let before = state.startNode(at: start.location), before != node else { return true }
        let isUsed = state.roster?[node].map { $0.state != .left } ?? false
        notice(.startNodeChanged(at: start, from: before, to: node, isUsed: isUsed))
        return isUsed
    }
}
