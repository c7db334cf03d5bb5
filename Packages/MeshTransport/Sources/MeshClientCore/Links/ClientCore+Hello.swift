import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

extension ClientCore {
    /// The link begins to work for what it was opened for.
    mutating func onHello(_ index: Int, _ hello: Hello) {
        let id = links[index].id
        if let fault = takeOwnRecord(index, hello) { return end(id, .fault(fault)) }
        links[index].phase = .open(clock)
        links[index].credit = hello.creditBytes
        links[index].peerDigest = hello.rosterDigest
        links[index].fetchedAt = clock
        links[index].usedAt = clock
        switch links[index].purpose {
        case .start: links[index].isExchangeForced = true
        case .home: candidateOpened(id)
        case .sweep: beginSweep(on: id)
        case .drain: break
        case .relay: submits.retriesAreDirty = true
        case .recall: showSecret(on: id)
        case .witness: onWitnessHello(id, hello.rosterDigest)
        }
        if let index = self.index(of: id) { hear(hello.rosterDigest, on: links[index]) }
    }

    /// The record in hello is the node's own. It proves itself on this very link, so it is taken at once; while no
    /// network is known, with the exchange that follows.
    private mutating func takeOwnRecord(_ index: Int, _ hello: Hello) -> ClientFault? {
        guard hello.record.readableBytes > 0, let node = links[index].node, let parameters = links[index].parameters
        else { return nil }
        let record: NodeRecord
        let known = KnownNetwork(parameters, roster: state.roster)
        do { record = try NodeRecord(decoding: Array(hello.record.readableBytesView)) } catch {
            return .badOwnRecord("\(error)")
        }
        guard record.node == node else { return .badOwnRecord("it names \(record.node)") }
        do { try known.check(record) } catch { return .badOwnRecord("\(error)") }
        links[index].ownRecord = record
        if state.roster != nil, let teller = teller(links[index]) {
            merge([ReportedRecord(record, state: .alive)], by: teller, .hearsay)
        }
        prove(node, at: links[index].dial.target)
        return nil
    }

    /// Notes that a node answered at its placement address. Once an hour, since nothing hangs on it minute by minute.
    private mutating func prove(_ node: NodeID, at target: DialTarget) {
        guard var member = state.roster?[node], case .endpoint(let endpoint) = target,
            endpoint.address == member.record.placementAddress,
            age(of: member.provenAtMilliseconds ?? 0) >= ClientLimits.proofMilliseconds
        else { return }
        member.provenAtMilliseconds = clock
        state.roster?.put(member)
        stateIsDirty = true
    }
}
