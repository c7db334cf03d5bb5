import MeshCrypto
import MeshRing
import MeshWire

/// Messages that mean something only now (typing): to whoever is online, stored nowhere, never answered.
extension Engine {
    mutating func onEphemeral(_ link: LinkID, _ peer: Peer, _ submission: Submission) {
        defer { release(link, UInt32(submission.encodedSize)) }
        if case .node = peer { return deliverEphemeral(submission) }
        guard mayGoOn(link), refusal(of: submission) == nil else { return }
        for member in ring.replicaSet(for: submission.recipient) {
            if member == configuration.node { return deliverEphemeral(submission) }
            if let link = nodeLinks[member]?.standing { return relayEphemeral(submission, to: link) }
        }
    }

    private mutating func deliverEphemeral(_ submission: Submission) {
        guard let link = userLinks[submission.recipient], links[link]?.delivery?.follows == true else { return }
        pay(.deliver(Deliver(isEphemeral: true, submission: submission)), to: link)
    }

    private mutating func relayEphemeral(_ submission: Submission, to link: LinkID) {
        pay(.ephemeral(submission), to: link)
    }

    /// Sends it if credit is open beyond what a stored message may need; else it is dropped, as it may be.
    private mutating func pay(_ frame: Frame, to link: LinkID) {
        guard let state = links[link], state.saidHello,
            state.sendCredit >= WireLimits.creditHeadroom + frame.meteredBytes
        else { return }
        links[link]?.sendCredit -= frame.meteredBytes
        send(frame, to: link)
    }
}
