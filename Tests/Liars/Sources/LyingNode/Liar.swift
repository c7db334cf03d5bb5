public import MeshNode
import MeshCrypto
import MeshWire

/// What makes a liar of an honest engine: it stands between that and what surrounds it, hears what it hears, and changes
/// what it wants done. The engine itself is the one that ships.
public struct Liar: Sendable {
    /// How it lies.
    public let lie: Lie
    /// Whether it lies already: somebody may want to see the node trusted first.
    public var isLying = true

    /// Links to other nodes and to people, as they stand.
    var nodeLinks: [LinkID] = []
    var userLinks: [LinkID: UserID] = [:]
    /// Messages that are on their way to the disk, and those that came there and are to go again.
    var appends: [UInt64: MessageKey] = [:]
    var unwanted: [MessageKey] = []
    var memory = FrameMemory()
    /// How often it had the choice.
    var turns: UInt64 = 0
    private var lastRequest = Self.firstRequest

    /// Numbers that an engine doesn't use for its own requests before it has run for ages.
    private static let firstRequest: UInt64 = 1 << 40

    /// A liar of this kind.
    public init(_ lie: Lie) { self.lie = lie }

    /// What happened, before the engine is told.
    public mutating func hear(_ event: EngineEvent) {
        switch event {
        case .linkOpened(let link, .node): nodeLinks.append(link)
        case .linkOpened(let link, .user(let user)): userLinks[link] = user
        case .linkClosed(let link):
            nodeLinks.removeAll { $0 == link }
            userLinks[link] = nil
        case .committed(_, let answers):
            for answer in answers {
                if let key = appends.removeValue(forKey: answer.token) { unwanted.append(key) }
            }
        case .frames(let link, let frames):
            if lie == .replay, nodeLinks.contains(link) { for frame in frames { memory.keep(frame) } }
        default: break
        }
    }

    /// What it does instead of what the engine wants.
    public mutating func change(_ effects: [EngineEffect]) -> [EngineEffect] {
        guard isLying else { return effects }
        var changed = effects.flatMap { change($0) }
        // With tokens that the engine doesn't know: it takes no notice of the answers.
        changed += unwanted.map { .release(token: .max, $0) }
        unwanted.removeAll()
        if lie == .replay { changed += replays() }
        return changed
    }

    private mutating func change(_ effect: EngineEffect) -> [EngineEffect] {
        switch lie {
        case .drop: drop(effect)
        case .withhold: withhold(effect)
        case .falseRemoval: removeFalsely(effect)
        case .replay: remember(effect)
        case .half: halve(effect)
        }
    }

    mutating func newRequest() -> UInt64 {
        lastRequest += 1
        return lastRequest
    }
}

// The lies that leave something out.
extension Liar {
    private mutating func drop(_ effect: EngineEffect) -> [EngineEffect] {
        switch effect {
        case .append(let token, let id, let submission):
            appends[token] = MessageKey(submission.recipient, id)
            return [effect]
        case .send(let link, .differ(let differ)):
            return [.send(link, .differ(Differ(key: differ.key, recipients: [])))]
        case .send(let link, .wanted(let wanted)):
            return [.send(link, .wanted(Wanted(request: wanted.request, status: .accepted, ids: [])))]
        default: return withhold(effect)
        }
    }

    private func withhold(_ effect: EngineEffect) -> [EngineEffect] {
        switch effect {
        case .send(_, .deliver): return []
        case .send(let link, .contentsPage(let page)):
            let empty = ContentsPage(request: page.request, status: page.status, last: 0, more: false, ids: [])
            return [.send(link, .contentsPage(empty))]
        default: return [effect]
        }
    }

    private mutating func halve(_ effect: EngineEffect) -> [EngineEffect] {
        switch effect {
        case .send(let link, .offer(let offer)):
            let (kept, gone) = split(offer.ids)
            let releases = gone.map { EngineEffect.release(token: .max, MessageKey(offer.recipient, $0)) }
            let half = Offer(
                request: offer.request, rosterDigest: offer.rosterDigest, recipient: offer.recipient, ids: kept)
            return (kept.isEmpty ? [] : [.send(link, .offer(half))]) + releases
        case .send(_, .remove):
            turns += 1
            return turns.isMultiple(of: 2) ? [effect] : []
        default: return [effect]
        }
    }

    private mutating func split(_ ids: [SubmissionID]) -> (kept: [SubmissionID], gone: [SubmissionID]) {
        var (kept, gone): ([SubmissionID], [SubmissionID]) = ([], [])
        for id in ids {
            turns += 1
            if turns.isMultiple(of: 2) { kept.append(id) } else { gone.append(id) }
        }
        return (kept, gone)
    }
}
