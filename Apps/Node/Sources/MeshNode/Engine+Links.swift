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
            guard let state = links[link] else { return }
            guard state.saidHello || frame.type == .hello || frame.type == .goodbye else {
                return violate(link, "\(frame.type) before hello")
            }
            guard takeCredit(link, frame) else { return }
            onFrame(link, state.peer, frame)
        }
    }

    private mutating func onFrame(_ link: LinkID, _ peer: Peer, _ frame: Frame) {
        switch (frame, peer) {
        case (.hello(let hello), _): onHello(link, hello)
        case (.ping(let nonce), _): send(.pong(nonce), to: link)
        case (.pong, _): break
        case (.credit(let bytes), _): onCredit(link, bytes)
        case (.goodbye(let goodbye), _): onGoodbye(link, peer, goodbye)
        case (.rosterRequest(let request), _): onRosterRequest(link, request)
        case (.rosterPage(let page), .node(let node, _)): onRosterPage(link, node, page)
        case (.records(let entries), .node(let node, _)): onRecords(link, node, entries)
        case (.digest(let digest), .node(let node, _)): tell(.digest(digest, from: node))
        case (.membership(let message), .node(let node, _)):
            tell(.message([UInt8](buffer: message), from: node))
        case (.submit(let submit), .user), (.submit(let submit), .guest): onSubmit(link, submit)
        case (.fetch(let fetch), .user(let user)): onFetch(link, user, fetch)
        case (.fetch(let fetch), .guest): refuseFetch(link, fetch)
        case (.acknowledge(let entries), .user(let user)): onAcknowledge(link, user, entries)
        case (.discard(let entries), .user(let user)): onDiscard(link, user, entries)
        case (.ephemeral(let submission), _): onEphemeral(link, peer, submission)
        case (.forward(let forward), .node): onForward(link, forward)
        case (.forwarded(let forwarded), .node): onForwarded(link, forwarded)
        case (.replicate(let replicate), .node(let node, _)): onReplicate(link, node, replicate)
        case (.replicated(let answer), .node(let node, _)): onReplicated(link, node, answer)
        case (.receipt(let receipt), .node): onReceipt(receipt)
        case (.remove(let remove), .node): onRemove(link, remove)
        case (.removeDone(let answer), .node(let node, _)): onRemoveDone(node, answer)
        case (.recall(let recall), .user), (.recall(let recall), .guest): onRecall(link, recall)
        case (.contents(let contents), .user(let user)): onContents(link, user, contents)
        case (.fetchThese(let request), .user(let user)): onFetchThese(link, user, request)
        case (.receiptsOf(let request), .user), (.receiptsOf(let request), .guest): onReceiptsOf(link, request)
        case (.compare(let compare), .node): onCompare(link, compare)
        case (.differ(let differ), .node(let node, _)): onDiffer(link, node, differ)
        case (.offer(let offer), .node(let node, _)): onOffer(link, node, offer)
        case (.wanted(let wanted), .node(let node, _)): onWanted(link, node, wanted)
        default: violate(link, "\(frame.type) is not for this kind of link")
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
