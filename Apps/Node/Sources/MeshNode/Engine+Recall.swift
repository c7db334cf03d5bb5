import MeshCrypto
import MeshWire

/// A sender's own secret takes back what nobody fetched yet (DESIGN §7.3). The sender shows it to each member itself, and
/// each says under its signature whether it had handed the message out.
extension Engine {
    /// What is known of a message that is being recalled.
    struct Recalling: Sendable {
        /// What the receipt will say.
        var kind: CustodyEntry.Kind
        /// Whether the store held it when it was asked.
        let isHeld: Bool
    }

    mutating func onRecall(_ link: LinkID, _ recall: Recall) {
        let id = recall.secret.recalled(from: recall.recipient).id
        if let refusal = refusalOfRemoval() ?? refusalOfRare(link) {
            return onRecallEnded(id, refusal, link, recall.request)
        }
        let token = newToken()
        queries[token] = .recall(link, recall)
        emit(.query(token: token, .lookup([MessageKey(recall.recipient, id)])))
    }

    /// The store knows whether a client may have had it. From now on a delivery counts as that, too.
    mutating func onLookedUp(_ link: LinkID, _ recall: Recall, _ answer: StoreAnswer) {
        let id = recall.secret.recalled(from: recall.recipient).id
        guard case .lookup(let states) = answer, let state = states.first else {
            return onRecallEnded(id, .storageFailed, link, recall.request)
        }
        recalls[id] = recalling(id, state)
        remove(.sender(link, request: recall.request), recall.recipient, id, .recall(recall.secret))
    }

    private func recalling(_ id: SubmissionID, _ state: StoredState) -> Recalling {
        switch state {
        case .held(_, let isHandedOut): Recalling(kind: isHandedOut ? .handedOut : .recalled, isHeld: true)
        case .removed(.recall, _): Recalling(kind: receiptShelf.ownKind(of: id) ?? .handedOut, isHeld: false)
        case .removed: Recalling(kind: .removed, isHeld: false)
        // Nobody can say any more whether it went out before it rotted.
        case .unreadable: Recalling(kind: .handedOut, isHeld: true)
        // Should it be there after all, it came between, and may have gone out at once.
        case .unknown: Recalling(kind: .handedOut, isHeld: false)
        }
    }

    /// What the receipt says; nil where this node has nothing to say, or the removal is no recall. Where something came
    /// between the look-up and the removal, it may have been handed out.
    mutating func recalledKind(_ removal: PendingRemoval, _ outcome: StoreOutcome) -> CustodyEntry.Kind? {
        guard case .sender = removal.source else { return nil }
        let known = recalls.removeValue(forKey: removal.id)
        switch outcome {
        case .removed: return known?.isHeld == true ? known?.kind : .handedOut
        case .removedBefore: return known?.isHeld == false ? known?.kind : .handedOut
        default: return nil
        }
    }

    /// Behind the receipt, if there is one.
    mutating func onRecallEnded(_ id: SubmissionID, _ status: DeliveryStatus, _ link: LinkID, _ request: UInt32) {
        guard links[link] != nil else { return }
        send(.recalled(Recalled(request: request, status: status, id: id)), to: link)
    }
}
