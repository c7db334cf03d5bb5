import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

extension Engine {
    mutating func onLinkOpened(_ link: LinkID, _ peer: Peer) {
        guard mayOpen(peer) else {
            emit(.close(link, Goodbye(.stopping)))
            return
        }
        links[link] = LinkState(
            peer: peer, members: membership.roster.members.count, limits: limits, now: now.monotonicMilliseconds)
        helloDeadlines.add(link, dueMilliseconds: now.monotonicMilliseconds + limits.helloMilliseconds)
        sendHello(link)
        switch peer {
        case .node(let node, let dialled):
            onNodeLinkOpened(link, node, dialled)
        case .user(let user):
            if let older = userLinks.updateValue(link, forKey: user) { dismiss(older, Goodbye(.replaced)) }
        case .guest:
            break
        }
    }

    /// A node that ends takes no new links, but those over which it hands over what it holds.
    private func mayOpen(_ peer: Peer) -> Bool {
        guard let stopping else { return true }
        if case .node = peer { return stopping.manner == .leave }
        return false
    }

    mutating func onLinkClosed(_ link: LinkID) {
        guard let state = links.removeValue(forKey: link) else { return }
        switch state.peer {
        case .node(let node, let dialled): onNodeLinkClosed(link, node, dialledByUs: dialled != nil)
        case .user(let user):
            if userLinks[user] == link { userLinks[user] = nil }
        case .guest:
            break
        }
    }

    mutating func onFrames(_ link: LinkID, _ frames: [Frame]) {
        for frame in frames {
            // An earlier frame of the batch may have cost the peer its link.
            guard let saidHello = links[link]?.saidHello, let peer = links[link]?.peer else { return }
            guard saidHello || frame.type == .hello || frame.type == .goodbye else {
                return violate(link, "\(frame.type) before hello")
            }
            guard takeCredit(link, frame) else { return }
            switch peer {
            case .node(let node, _): onNodeFrame(link, node, peer, frame)
            case .user(let user): onUserFrame(link, user, peer, frame)
            case .guest: onGuestFrame(link, peer, frame)
            }
        }
    }

    /// What any end of a link may send.
    private mutating func onFrame(_ link: LinkID, _ peer: Peer, _ frame: Frame) {
        switch frame {
        case .hello(let hello): onHello(link, hello)
        case .ping(let nonce): send(.pong(nonce), to: link)
        case .pong: break
        case .credit(let bytes): onCredit(link, bytes)
        case .goodbye(let goodbye): onGoodbye(link, peer, goodbye)
        case .rosterRequest(let request): onRosterRequest(link, request)
        case .ephemeral(let submission): onEphemeral(link, peer, submission)
        default: violate(link, "\(frame.type) is not for this kind of link")
        }
    }

    private mutating func onNodeFrame(_ link: LinkID, _ node: NodeID, _ peer: Peer, _ frame: Frame) {
        switch frame {
        case .rosterPage(let page): onRosterPage(link, node, page)
        case .records(let entries): onRecords(link, node, entries)
        case .digest(let digest): tell(.digest(digest, from: node))
        case .membership(let message): tell(.message([UInt8](buffer: message), from: node))
        case .forward(let forward): onForward(link, forward)
        case .forwarded(let forwarded): onForwarded(link, forwarded)
        case .replicate(let replicate): onReplicate(link, node, replicate)
        case .replicated(let answer): onReplicated(link, node, answer)
        case .receipt(let receipt): onReceipt(receipt)
        case .remove(let remove): onRemove(link, node, remove)
        case .removeDone(let answer): onRemoveDone(node, answer)
        case .compare(let compare): onCompare(link, compare)
        case .differ(let differ): onDiffer(link, node, differ)
        case .offer(let offer): onOffer(link, node, offer)
        case .wanted(let wanted): onWanted(link, node, wanted)
        default: onFrame(link, peer, frame)
        }
    }

    private mutating func onUserFrame(_ link: LinkID, _ user: UserID, _ peer: Peer, _ frame: Frame) {
        switch frame {
        case .submit(let submit): onSubmit(link, submit)
        case .fetch(let fetch): onFetch(link, user, fetch)
        case .acknowledge(let entries): onAcknowledge(link, user, entries)
        case .discard(let entries): onDiscard(link, user, entries)
        case .recall(let recall): onRecall(link, recall)
        case .contents(let contents): onContents(link, user, contents)
        case .fetchThese(let request): onFetchThese(link, user, request)
        case .receiptsOf(let request): onReceiptsOf(link, request)
        default: onFrame(link, peer, frame)
        }
    }

    private mutating func onGuestFrame(_ link: LinkID, _ peer: Peer, _ frame: Frame) {
        switch frame {
        case .submit(let submit): onSubmit(link, submit)
        case .fetch(let fetch): refuseFetch(link, fetch)
        case .recall(let recall): onRecall(link, recall)
        case .receiptsOf(let request): onReceiptsOf(link, request)
        default: onFrame(link, peer, frame)
        }
    }

    private mutating func sendHello(_ link: LinkID) {
        guard let state = links[link] else { return }
        let record = state.isNode ? ByteBuffer(bytes: membership.ownRecord.encoded) : ByteBuffer()
        send(
            .hello(
                Hello(
                    rosterDigest: digest, creditBytes: state.window,
                    software: configuration.software, record: record)), to: link)
    }

    private mutating func onHello(_ link: LinkID, _ hello: Hello) {
        guard let state = links[link], !state.saidHello else { return violate(link, "a second hello") }
        links[link]?.saidHello = true
        links[link]?.sendCredit = hello.creditBytes
        guard case .node(let node, _) = state.peer else { return }
        onNodeHello(link, node, hello)
        flushWaiting(link)
        flushMoves(link)
        if links[link] != nil { onSyncLinkUp(node) }
    }

    mutating func expectHello(_ link: LinkID) {
        guard let state = links[link], !state.saidHello else { return }
        violate(link, "no hello within \(limits.helloMilliseconds / 1_000) s")
    }

    private mutating func onGoodbye(_ link: LinkID, _ peer: Peer, _ goodbye: Goodbye) {
        if goodbye.reason != .done { emit(.notice(.goodbye(peer, goodbye.reason, detail: goodbye.detail))) }
        emit(.close(link, Goodbye(.done)))
        onLinkClosed(link)
    }

    /// Ends a link that broke the protocol. The peer pays, nobody else.
    mutating func violate(_ link: LinkID, _ what: String) {
        guard let peer = links[link]?.peer else { return }
        emit(.notice(.violation(peer, what)))
        emit(.close(link, Goodbye(.protocolViolation, detail: what)))
        onLinkClosed(link)
    }

    /// Ends a link that did nothing wrong.
    mutating func dismiss(_ link: LinkID, _ goodbye: Goodbye) {
        guard let peer = links[link]?.peer else { return }
        emit(.notice(.dismissed(peer, goodbye.reason)))
        emit(.close(link, goodbye))
        onLinkClosed(link)
    }
}
