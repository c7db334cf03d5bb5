import Logging
import MeshCrypto
import MeshNode
import MeshRing
import MeshTransport
import MeshWire

/// Does what the engine wants done. Lives on the engine's thread; none of its calls blocks.
final class EffectPerformer {
    private let hub: LinkHub
    private let bridge: LinkBridge
    private let store: StoreBridge
    private let rosters: RosterKeeper
    private let identity: NodeIdentity
    private let network: NetworkID
    private let mailbox: EngineMailbox<NodeEvent>
    private let notices: NoticeLog
    private let onStopped: @Sendable () -> Void
    /// What this turn sends; handed over at its end, one task for each event loop.
    private var batch: LinkBatch

    init(
        hub: LinkHub, bridge: LinkBridge, store: StoreBridge, rosters: RosterKeeper, identity: NodeIdentity,
        network: NetworkID,
        mailbox: EngineMailbox<NodeEvent>, notices: NoticeLog, onStopped: @escaping @Sendable () -> Void
    ) {
        self.hub = hub
        self.bridge = bridge
        self.store = store
        self.rosters = rosters
        self.identity = identity
        self.network = network
        self.mailbox = mailbox
        self.notices = notices
        self.onStopped = onStopped
        batch = hub.makeBatch()
    }

    func perform(_ effects: [NodeEffect]) {
        for effect in effects { perform(effect) }
        if !batch.isEmpty { hub.submit(&batch) }
    }

    private func perform(_ effect: NodeEffect) {
        switch effect {
        case .send(let handle, let frame): batch.append(frame, to: handle, isUrgent: frame.isAwaited)
        case .close(let handle, let goodbye):
            batch.append(.goodbye(goodbye), to: handle)
            batch.close(handle)
        case .dial(let endpoint, let node): dial(endpoint, node)
        case .commit(let number, let operations, let nowSeconds):
            store.commit(batch: number, operations, nowSeconds: nowSeconds)
        case .fetch(let fetch, let token): store.fetch(fetch, token: token)
        case .query(let query, let token, let nowSeconds): store.query(query, token: token, nowSeconds: nowSeconds)
        case .markHandedOut(let keys): store.markHandedOut(keys)
        case .expire(let nowSeconds): store.expire(nowSeconds: nowSeconds)
        case .resumeReading(let loop): bridge.resumeReading(loop: loop, hub)
        case .persist(let roster): rosters.keep(roster)
        case .notice(let notice): notices.take(notice)
        case .storeFailed(let reason): notices.storeFailed(reason)
        case .stopped: onStopped()
        }
    }

    private func dial(_ endpoint: Endpoint, _ node: NodeID?) {
        let mailbox = mailbox
        let notices = notices
        hub.dial(.endpoint(endpoint), as: .node(identity, expecting: node), network: network) { result in
            // A link that came about has been told by the hub's handler.
            guard case .failure(let error) = result else { return }
            notices.dialFailed(error)
            mailbox.post(.engine(.dialFailed(endpoint, expecting: node)))
        }
    }
}

extension Frame {
    /// Whether anything at the other end waits for it. A client that hears late that its acknowledgement is on disk
    /// loses nothing: at worst it acknowledges once more over its next link.
    fileprivate var isAwaited: Bool {
        if case .removed = self { false } else { true }
    }
}
