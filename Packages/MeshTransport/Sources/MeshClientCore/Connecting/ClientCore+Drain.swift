import MeshCrypto
import MeshRing
import MeshWire

// A home link whose place another has taken is fetched empty before it is closed.
extension ClientCore {
    mutating func drain(_ id: ClientLinkID) {
        guard let index = index(of: id) else { return }
        links[index].purpose = .drain
        links[index].fetchAgainAt = nil
        if links[index].dial.role == .user { fetch(id, .queued) }
        advance(id)
        let drains = links.filter { $0.purpose == .drain }
        if drains.count > ClientLimits.drains { end(drains[0].id, .done) }
    }

    /// A drained link has ended. If it wasn't empty, its node is asked again.
    mutating func drainEnded(_ link: ClientLink, _ cause: LinkEnd) {
        guard let node = link.node, link.dial.role == .user else { return }
        if case .done = cause, link.isSettled { return forgetFormer(node) }
        if !set.members.contains(node), state.roster?[node] != nil {
            state.addFormer(node, since: clock)
            stateIsDirty = true
        }
        if sweep != nil {
            sweep?.add(node)
        } else {
            sweepAt = min(sweepAt, clock + ClientLimits.firstBackoffMilliseconds)
        }
    }

    /// A former member has been asked.
    mutating func forgetFormer(_ node: NodeID) {
        guard state.formerMembers.contains(where: { $0.node == node }) else { return }
        state.formerMembers.removeAll { $0.node == node }
        stateIsDirty = true
    }
}
