import MeshCrypto
import MeshWire
import NIOCore

// What comes in.
extension MeshSession {
    func onFrame(_ frame: Frame) {
        switch frame {
        case .hello(let hello): onHello(hello)
        case .credit(let bytes): onCredit(bytes)
        case .digest(let digest): flow.rosterDigest = digest
        case .ping(let nonce): append(.pong(nonce))
        case .submitted(let submitted): onSubmitted(submitted)
        case .deliver(let deliver): onDeliver(deliver, bytes: frame.meteredBytes)
        case .removed(let entries): onRemoved(entries)
        case .fetched: if onAnswer == nil { onFetched() } else { onAnswer?(self, frame) }
        case .contentsPage: onAnswer?(self, frame)
        case .receipt(let receipt): book?.take(receipt)
        case .rosterPage(let page): onRosterPage?(page)
        case .goodbye(let goodbye): end("the node said goodbye: \(goodbye.reason) \(goodbye.detail)")
        default: break
        }
    }

    private func onHello(_ hello: Hello) {
        flow.rosterDigest = hello.rosterDigest
        flow.sendCredit = hello.creditBytes
        flow.saidHello = true
        events?.opened(self)
    }

    private func onCredit(_ bytes: UInt32) {
        flow.sendCredit += bytes
        while let next = flow.waiting.first, next.frame.meteredBytes <= flow.sendCredit {
            flow.waiting.removeFirst()
            sendNow(next.frame)
        }
    }

    private func onSubmitted(_ submitted: Submitted) {
        guard let sentAt = flow.answered(submitted.request) else { return end("an answer that nobody waits for") }
        if !submitted.status.isAccepted { lastRefusal = "\(submitted.status)" }
        events?.answered(self, sentAt: sentAt, isAccepted: submitted.status.isAccepted)
    }

    private func onDeliver(_ deliver: Deliver, bytes: UInt32) {
        let (message, acknowledgement) = MeshMessages.read(deliver.submission)
        if !deliver.isEphemeral { flow.acknowledgements.append(acknowledgement) }
        if let granted = flow.release(bytes) { append(.credit(bytes: granted)) }
        events?.delivered(self, message)
    }

    private func onRemoved(_ entries: [Removed]) {
        flow.unanswered -= entries.count
        checkDrained()
    }

    private func onFetched() {
        flow.isQueueEnded = true
        checkDrained()
    }

    private func checkDrained() {
        guard flow.isQueueEnded, flow.unanswered == 0, flow.acknowledgements.isEmpty else { return }
        events?.drained(self)
    }

    /// All that one read brought is acknowledged at once.
    func endOfRead() {
        guard !flow.acknowledgements.isEmpty else { return }
        flow.unanswered += flow.acknowledgements.count
        var rest = flow.acknowledgements[...]
        while !rest.isEmpty {
            append(.acknowledge(Array(rest.prefix(WireLimits.removalsPerFrame))))
            rest = rest.dropFirst(WireLimits.removalsPerFrame)
        }
        flow.acknowledgements.removeAll(keepingCapacity: true)
    }
}
