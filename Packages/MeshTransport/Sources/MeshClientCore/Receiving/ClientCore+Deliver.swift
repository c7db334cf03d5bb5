import MeshCrypto
import MeshWire

extension ClientCore {
    mutating func onDeliver(_ index: Int, _ deliver: Deliver, bytes: UInt32) {
        // No copy of the link is held here: it would be copied in full with the first change.
        let id = links[index].id
        guard links[index].dial.role == .user, let node = links[index].node else {
            return end(id, .fault(.unexpected(.deliver)))
        }
        guard links[index].window.take(bytes) else {
            return end(id, .fault(.creditExceeded(got: bytes, open: links[index].window.open)))
        }
        let submission = deliver.submission
        guard submission.recipient == configuration.user else {
            return end(id, .fault(.foreignDelivery(submission.recipient)))
        }
        links[index].fetchedAt = clock
        let header = submission.header
        let delivery = Delivery(
            id: header.id, submission: submission, node: node, isEphemeral: deliver.isEphemeral)
        if let fault = fault(of: submission) {
            links[index].window.release(bytes)
            // A stream of such messages costs a node nothing: not every one is worth a word.
            if links[index].unansweredDeliveries.spend(at: clock) { notice(.deliveryDropped(node, delivery.id, fault)) }
            return
        }
        if deliver.isEphemeral { pass(ephemeral: delivery, index, bytes) } else { pass(delivery, header, index, bytes) }
    }

    /// An expiry that no sender may choose, or one that has passed: between honest clocks neither comes.
    private func fault(of submission: Submission) -> DeliveryFault? {
        let seconds = clock / 1_000
        let expiry = UInt64(submission.expirySeconds)
        let tolerance = UInt64(WireLimits.clockToleranceSeconds)
        if expiry + tolerance < seconds { return .expired(submission.expirySeconds) }
        if expiry > seconds + UInt64(WireLimits.expiryAheadSeconds) + tolerance {
            return .expiryTooFar(submission.expirySeconds)
        }
        return nil
    }

    /// Ephemeral messages are never answered, so their credit is free at once; more than an allowance are dropped.
    private mutating func pass(ephemeral delivery: Delivery, _ index: Int, _ bytes: UInt32) {
        links[index].window.release(bytes)
        if links[index].unansweredDeliveries.spend(at: clock) { out.append(.deliver(delivery)) }
    }

    private mutating func pass(_ delivery: Delivery, _ header: SubmissionHeader, _ index: Int, _ bytes: UInt32) {
        let id = links[index].id
        links[index].delivered += 1
        switch deliveries[delivery.id] {
        case .answered(_, let verdict):
            links[index].window.release(bytes)
            queue(verdict, header, delivery.id, index)
        case .withApp:
            // The same link may bring it twice, say for a second fetch: one entry holds the credit of one copy.
            if links[index].withApp[delivery.id] == nil {
                links[index].withApp[delivery.id] = bytes
                deliveries.addSource(id, of: delivery.id)
            } else {
                links[index].window.release(bytes)
            }
        case nil:
            links[index].withApp[delivery.id] = bytes
            deliveries.add(delivery.id, header, from: id)
            sweep?.delivered += 1
            out.append(.deliver(delivery))
        }
    }
}
