import MeshCrypto
import MeshRing
import MeshWire

extension ClientCore {
    mutating func onFrames(_ id: ClientLinkID, _ frames: [Frame]) {
        for frame in frames {
            // An earlier frame may have ended the link, or the whole client.
            guard phase == .running, let index = index(of: id) else { return }
            links[index].lastHeard = clock
            links[index].pingedAt = nil
            switch links[index].phase {
            case .dialing: return
            case .greeting: onFirstFrame(index, frame)
            case .open: onFrame(index, frame)
            }
        }
    }

    /// Hello, or a goodbye of a node that takes no more links.
    private mutating func onFirstFrame(_ index: Int, _ frame: Frame) {
        switch frame {
        case .hello(let hello): onHello(index, hello)
        case .goodbye(let goodbye): onGoodbye(index, goodbye)
        default: end(links[index].id, .fault(.noHello(frame.type)))
        }
    }

    private mutating func onFrame(_ index: Int, _ frame: Frame) {
        switch frame {
        case .ping(let nonce): onPing(index, nonce)
        case .pong: spend(index, frame.type)
        case .credit(let bytes): onCredit(index, bytes)
        case .goodbye(let goodbye): onGoodbye(index, goodbye)
        case .rosterPage(let page): onPage(index, page)
        case .digest(let digest): onDigest(index, digest)
        case .submitted(let answer): onSubmitted(index, answer)
        case .fetched(let answer): onFetched(index, answer)
        case .deliver(let deliver): onDeliver(index, deliver, bytes: frame.meteredBytes)
        case .removed(let entries): onRemoved(index, entries)
        case .receipt(let receipt): onReceipt(index, receipt)
        case .contentsPage(let page): onContentsPage(index, page)
        case .recalled(let answer): onRecalled(index, answer)
        // What only nodes get, and a second hello.
        case .hello, .rosterRequest, .records, .membership, .submit, .fetch, .acknowledge, .discard, .ephemeral,
            .recall, .contents, .fetchThese, .receiptsOf, .forward, .forwarded, .replicate, .replicated, .remove,
            .removeDone, .compare, .differ, .offer, .wanted:
            end(links[index].id, .fault(.unexpected(frame.type)))
        }
    }

    /// Counts a frame that cost its sender nothing.
    /// - Returns: false if that was too many and the link is ended.
    @discardableResult
    mutating func spend(_ index: Int, _ type: FrameType) -> Bool {
        if links[index].freeFrames.spend(at: clock) { return true }
        end(links[index].id, .fault(.flood(type)))
        return false
    }

    private mutating func onPing(_ index: Int, _ nonce: UInt64) {
        guard spend(index, .ping) else { return }
        out.append(.send(links[index].id, .pong(nonce)))
    }

    private mutating func onCredit(_ index: Int, _ bytes: UInt32) {
        // Grains of credit are a flood: no message is that small.
        if bytes < UInt32(WireLimits.submissionHeader), !spend(index, .credit) { return }
        let open = UInt64(links[index].credit) + UInt64(bytes)
        guard open <= UInt64(WireLimits.openCredit) else {
            return end(links[index].id, .fault(.creditOverflow(got: open, allowed: WireLimits.openCredit)))
        }
        links[index].credit = UInt32(open)
        submits.retriesAreDirty = true
    }

    private mutating func onGoodbye(_ index: Int, _ goodbye: Goodbye) {
        let link = links[index]
        if goodbye.reason == .replaced, link.dial.role == .user, let node = link.node {
            links.remove(at: index)
            out.append(.close(link.id, nil))
            return finish(.replaced(by: node))
        }
        end(link.id, .goodbye(goodbye))
    }
}
