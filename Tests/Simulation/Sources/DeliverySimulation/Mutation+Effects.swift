import MeshCrypto
import MeshNode
import MeshRing
import MeshWire

// How a part is broken: between the engine and what surrounds it, wherever that can be done.
extension Mutation {
    /// What a broken node does instead of these effects.
    func change(_ effects: [EngineEffect], of host: Host) -> [EngineEffect] {
        switch self {
        case .letGoEarly: effects.flatMap { [$0] + releases(for: $0, of: host) }
        case .breakOrder: reversed(effects)
        default: effects
        }
    }

    /// What is offered is let go, whatever the answer will be.
    private func releases(for effect: EngineEffect, of host: Host) -> [EngineEffect] {
        guard case .send(_, .offer(let offer)) = effect, !host.isMember(of: offer.recipient) else { return [] }
        // Tokens that the engine doesn't know: it takes no notice of the answers.
        return offer.ids.map { .release(token: .max, MessageKey(offer.recipient, $0)) }
    }

    /// Deliveries of one turn to one client, last things first.
    private func reversed(_ effects: [EngineEffect]) -> [EngineEffect] {
        let places = effects.indices.filter { if case .send(_, .deliver) = effects[$0] { true } else { false } }
        var changed = effects
        for (place, other) in zip(places, places.reversed()) { changed[place] = effects[other] }
        return changed
    }

    /// What a broken node takes for what has happened.
    func change(_ event: EngineEvent, of host: Host) -> [EngineEvent] {
        guard self == .countTwice, case .frames(let link, let frames) = event else { return [event] }
        let copies = frames.flatMap { frame -> [EngineEvent] in
            guard case .replicated(let answer) = frame else { return [] }
            return host.copyLinks(of: answer.request).filter { $0 != link }.map { .frames($0, [frame]) }
        }
        return [event] + copies
    }
}

extension Host {
    func isMember(of recipient: UserID) -> Bool {
        guard let roster = roster else { return false }
        return world.ring(roster).replicaSet(for: recipient).contains(node)
    }
}
