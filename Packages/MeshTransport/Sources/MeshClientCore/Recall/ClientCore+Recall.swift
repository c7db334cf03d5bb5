import MeshCrypto
import MeshWire

// A sender wants a message back: it shows its secret to every node of the recipient's set itself, since no node's word
// on the others would count.
extension ClientCore {
    mutating func onRecall(_ token: RecallToken, _ recipient: UserID, _ secret: DisclosedSecret, _ deadline: UInt64) {
        let id = secret.recalled(from: recipient).id
        let recall = PendingRecall(
            token: token, recipient: recipient, secret: secret, id: id, since: clock, deadline: deadline)
        guard phase == .running, recalls.count < ClientLimits.recalls else {
            return out.append(.recalled(token, recall.report))
        }
        recalls.append(recall)
    }

    mutating func planRecalls() {
        for index in recalls.indices {
            setTargets(index)
            for place in recalls[index].targets.indices { approach(index, place) }
        }
        for recall in recalls where recall.isOver || recall.deadline <= clock { finish(recall) }
        for recall in recalls { wake(at: recall.deadline) }
    }

    /// The set by a roster that a node has just confirmed, else by the one that is known.
    private mutating func setTargets(_ index: Int) {
        guard recalls[index].targets.isEmpty, ring != nil else { return }
        let patience = recalls[index].since + ClientLimits.staggerMilliseconds
        guard homeLink?.exchange == nil && home != nil || clock >= patience else { return wake(at: patience) }
        recalls[index].targets = custodians(of: recalls[index].recipient).map { PendingRecall.Target(node: $0) }
    }

    private mutating func approach(_ index: Int, _ place: Int) {
        let target = recalls[index].targets[place]
        guard case .waiting = target.stage else { return }
        let id = ClientLinkID(nextLink)
        if dial(target.node, purpose: .recall, role: .guest) {
            recalls[index].targets[place].stage = .running(id, request: nil)
        } else if links.count < ClientLimits.links {
            recalls[index].targets[place].stage = .ended(.unreachable("its address is not known"))
        }
    }

    private mutating func finish(_ recall: PendingRecall) {
        recalls.removeAll { $0.token == recall.token }
        out.append(.recalled(recall.token, recall.report))
        for case .running(let link, _) in recall.targets.map(\.stage) { end(link, .done) }
    }

    /// The link is open: the secret is shown.
    mutating func showSecret(on id: ClientLinkID) {
        guard let index = index(of: id), let recall = recalls.firstIndex(where: { $0.index(of: id) != nil }),
            let place = recalls[recall].index(of: id)
        else { return end(id, .done) }
        let request = links[index].request()
        recalls[recall].targets[place].stage = .running(id, request: request)
        links[index].expectReceipts(of: 1)
        out.append(
            .send(
                id,
                .recall(Recall(request: request, recipient: recalls[recall].recipient, secret: recalls[recall].secret))
            ))
    }

    mutating func onRecalled(_ index: Int, _ answer: Recalled) {
        let id = links[index].id
        guard let recall = recalls.firstIndex(where: { $0.index(of: id) != nil }),
            let place = recalls[recall].index(of: id),
            case .running(_, answer.request) = recalls[recall].targets[place].stage
        else { return end(id, .fault(.unknownRequest(.recalled, request: answer.request))) }
        let receipt = recalls[recall].targets[place].receipt
        recalls[recall].targets[place].stage = .ended(RecallOutcome(answer.status, receipt))
        end(id, .done)
    }

    /// A link to a node of a recall has ended without its answer.
    mutating func recallEnded(_ link: ClientLink, _ cause: LinkEnd) {
        for index in recalls.indices {
            guard let place = recalls[index].index(of: link.id) else { continue }
            recalls[index].targets[place].stage = .ended(.unreachable("\(cause)"))
        }
    }

    /// Another endpoint of the same node is tried.
    mutating func recallRedialled(_ old: ClientLinkID, as new: ClientLinkID) {
        for index in recalls.indices {
            guard let place = recalls[index].index(of: old) else { continue }
            recalls[index].targets[place].stage = .running(new, request: nil)
        }
    }

    /// Whether a recall waits for the node's word on a message.
    func isRecallAwaiting(_ entry: CustodyEntry, of node: NodeID) -> Bool {
        recalls.contains { recall in
            recall.id == entry.id && recall.targets.contains { $0.node == node && $0.receipt == nil }
        }
    }

    mutating func takeRecallReceipt(_ receipt: CustodyReceipt, _ id: SubmissionID) {
        for index in recalls.indices where recalls[index].id == id {
            guard let place = recalls[index].index(of: receipt.commit.node) else { continue }
            recalls[index].targets[place].receipt = receipt
        }
    }
}

extension RecallOutcome {
    init(_ status: DeliveryStatus, _ receipt: CustodyReceipt?) {
        switch receipt?.entries.first?.kind {
        case .recalled: self = receipt.map { .recalled($0) } ?? .unproven(status)
        case .handedOut: self = receipt.map { .handedOut($0) } ?? .unproven(status)
        case .removed: self = receipt.map { .opened($0) } ?? .unproven(status)
        case .stored, .handedOver: self = .unproven(status)
        case nil: self = status == .notHeld ? .notHeld : status.isAccepted ? .unproven(status) : .refused(status)
        }
    }
}
