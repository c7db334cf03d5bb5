import MeshCrypto
import MeshRing
import MeshWire

/// How it goes with a start address.
struct StartProgress: Sendable {
    var trouble = Trouble()
    /// Attempts that have ended, whichever way.
    var tries = 0
    /// Why the last one failed; nil if it did not.
    var failure: String?
    /// Who answered there.
    var node: NodeID?
}

// Start addresses: asked for the roster while there is none, and when nobody in it answers.
extension ClientCore {
    mutating func planStarts() {
        let isNew = state.roster == nil || survey != nil
        guard isNew || startsAreWanted, !(isNew && hasReported && submits.isEmpty) else { return }
        var running = links.count { if case .start = $0.purpose { true } else { false } }
        let limit = isNew ? ClientLimits.parallelStarts : 1
        for start in starts.indices {
            guard running < limit else { return }
            guard !links.contains(where: { $0.purpose == .start(start) }) else { continue }
            guard survey == nil || starts[start].tries == 0 else { continue }
            guard starts[start].trouble.avoidUntil <= clock else {
                wake(at: starts[start].trouble.avoidUntil)
                continue
            }
            let address = configuration.startAddresses[start]
            if dial(address.target, address.node, .start(start), .guest) != nil { running += 1 }
        }
    }

    /// An attempt is over. Even one that went well is followed by a pause: what it told didn't lead to a home link if
    /// the address is wanted again.
    mutating func startEnded(_ start: Int, _ cause: LinkEnd) {
        starts[start].tries += 1
        starts[start].trouble.fail(at: clock, &random)
        if case .done = cause {
            starts[start].failure = nil
        } else {
            starts[start].failure = "\(cause)"
            notice(
                .startFailed(
                    configuration.startAddresses[start], reason: "\(cause)",
                    retryAt: starts[start].trouble.avoidUntil))
        }
    }

    /// The roster of a start address has come.
    mutating func startAnswered(_ index: Int, _ start: Int) {
        let link = links[index]
        guard let node = link.node else { return }
        let address = configuration.startAddresses[start]
        if address.node == nil, state.startNode(at: address.location) != node {
            if state.startNode(at: address.location) == nil { notice(.nodeTrustedOnFirstUse(node, at: address)) }
            state.believe(node, at: address.location)
            stateIsDirty = true
        }
        end(link.id, .done)
    }
}
