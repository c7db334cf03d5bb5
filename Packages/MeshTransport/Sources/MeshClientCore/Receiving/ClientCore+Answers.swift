import MeshCrypto
import MeshWire

extension ClientCore {
    /// The app's answer goes to every node that has brought the message, and its credit back.
    mutating func onAnswer(_ answer: DeliveryAnswer) {
        judge(answer)
        guard let (sources, header) = deliveries.answer(answer.id, answer.verdict) else { return }
        for source in sources {
            guard let index = index(of: source), let bytes = links[index].withApp.removeValue(forKey: answer.id)
            else { continue }
            links[index].window.release(bytes)
            links[index].fetchedAt = clock
            if answer.verdict == .ignore { advance(source) } else { queue(answer.verdict, header, answer.id, index) }
        }
    }

    /// Notes an answer for a link; it goes out at the end of this call, with all others.
    mutating func queue(
        _ verdict: DeliveryAnswer.Verdict, _ header: SubmissionHeader, _ id: SubmissionID, _ index: Int
    ) {
        guard links[index].awaitingRemoval.insert(id).inserted else { return }
        switch verdict {
        case .acknowledge(let secret):
            links[index].acknowledgements.append(DisclosedSecret(acknowledging: header, secret: secret))
        case .discard(let signature): links[index].discards.append(Discard(id: id, signature: signature))
        case .ignore: links[index].awaitingRemoval.remove(id)
        }
    }

    mutating func flushRemovals(_ index: Int) {
        let id = links[index].id
        while !links[index].acknowledgements.isEmpty {
            let page = links[index].acknowledgements.prefix(WireLimits.removalsPerFrame)
            out.append(.send(id, .acknowledge(Array(page))))
            links[index].acknowledgements.removeFirst(page.count)
        }
        while !links[index].discards.isEmpty {
            let page = links[index].discards.prefix(WireLimits.removalsPerFrame)
            out.append(.send(id, .discard(Array(page))))
            links[index].discards.removeFirst(page.count)
        }
    }

    mutating func onRemoved(_ index: Int, _ entries: [Removed]) {
        let id = links[index].id
        links[index].fetchedAt = clock
        for entry in entries {
            guard links[index].awaitingRemoval.remove(entry.id) != nil else {
                guard spend(index, .removed) else { return }
                continue
            }
            guard !entry.status.isAccepted, entry.status != .notHeld else { continue }
            links[index].removalRefusal = entry.status
            if let node = links[index].node { notice(.removalRefused(node, entry.id, entry.status)) }
        }
        advance(id)
    }
}
