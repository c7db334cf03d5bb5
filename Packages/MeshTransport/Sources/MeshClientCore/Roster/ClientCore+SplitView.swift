import MeshCrypto
import MeshRing
import MeshWire

// The split-view alarm (DESIGN §6): digests that differ for a minute, or a set that is computed otherwise on asking
// again.
extension ClientCore {
    /// A node has said what its roster's digest is.
    mutating func hear(_ digest: Bytes16, on link: ClientLink) {
        guard survey == nil, home != nil, ring != nil, let node = link.node else { return }
        let wasQuiet = watch.differing.isEmpty
        announce(watch.hear(digest, own: self.digest, from: node, now: clock))
        // The first to differ sets the time at which all who do are asked again.
        if wasQuiet, !watch.differing.isEmpty { watch.againAt = clock + askAgainPause }
    }

    /// After this time those who differ are asked again: not before our own roster has had its turn.
    var askAgainPause: UInt64 { max(ClientLimits.askAgainMilliseconds, exchangePause + 5_000) }

    /// The roster of a witness with another digest has come: would it look elsewhere for the user, or for somebody who
    /// was written to?
    mutating func compareSets(_ reports: [ReportedRecord], _ link: ClientLink) {
        guard let node = link.node, let roster = state.roster, let ring, link.peerDigest != digest else { return }
        let theirs = Ring(Roster(parameters: roster.parameters, reported: reports, now: clock))
        let differing = ([configuration.user] + recipients).filter { user in
            Array(theirs.replicaSet(for: user)) != Array(ring.replicaSet(for: user))
        }
        announce(watch.compare(node, link.peerDigest, own: digest, differing: differing, now: clock))
    }

    mutating func announce(_ change: SplitViewChange?) {
        switch change {
        case .began(let view)?: notice(.splitView(view))
        case .ended(let node)?: notice(.splitViewEnded(node))
        case nil: break
        }
    }

    /// Remembers whom the user writes to.
    mutating func noteRecipient(_ user: UserID) {
        guard user != configuration.user, !recipients.contains(user) else { return }
        if recipients.count >= ClientLimits.watchedRecipients { recipients.removeFirst() }
        recipients.append(user)
    }
}
