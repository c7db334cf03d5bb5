import MeshCrypto
import MeshNode
import MeshWire

// The lies that claim something.
extension Liar {
    /// Every message that it gets is reported removed to all others, once with a secret that isn't the message's and once
    /// without a signature.
    mutating func removeFalsely(_ effect: EngineEffect) -> [EngineEffect] {
        switch effect {
        case .append(let token, let id, let submission):
            appends[token] = MessageKey(submission.recipient, id)
            return [effect] + falseRemovals(of: submission, id)
        case .send(let link, .wanted(let wanted)):
            return [.send(link, .wanted(Wanted(request: wanted.request, status: .accepted, ids: [])))]
        default: return [effect]
        }
    }

    private mutating func falseRemovals(of submission: Submission, _ id: SubmissionID) -> [EngineEffect] {
        // Any 16 bytes: whoever has no secret can do no better.
        let secret = DisclosedSecret(acknowledging: submission.header, secret: ProofSecret(id.bytes))
        let proofs: [RemovalProof] = [
            .acknowledgement(secret), .discard(Discard(id: id, signature: Bytes64())),
        ]
        var removals: [EngineEffect] = []
        for link in nodeLinks {
            for proof in proofs {
                let remove = Remove(request: newRequest(), recipient: submission.recipient, proof: proof)
                removals.append(.send(link, .remove(remove)))
            }
        }
        return removals
    }
}

// Saying again what was said.
extension Liar {
    /// It says one thing again each time so much was wanted of it.
    private static let turnsBetweenReplays: UInt64 = 8

    mutating func remember(_ effect: EngineEffect) -> [EngineEffect] {
        if case .send(_, let frame) = effect { memory.keep(frame) }
        return [effect]
    }

    mutating func replays() -> [EngineEffect] {
        turns += 1
        guard turns.isMultiple(of: Self.turnsBetweenReplays), let frame = memory.next() else { return [] }
        if case .deliver(let deliver) = frame {
            let links = userLinks.filter { $0.value == deliver.submission.recipient }.keys
            return links.sorted { $0.rawValue < $1.rawValue }.map { .send($0, frame) }
        }
        return nodeLinks.map { .send($0, Self.again(frame, newRequest())) }
    }

    /// Under a number of its own, so that the answer means nothing to the engine.
    private static func again(_ frame: Frame, _ request: UInt64) -> Frame {
        switch frame {
        case .replicate(var replicate):
            replicate.request = request
            return .replicate(replicate)
        case .remove(var remove):
            remove.request = request
            return .remove(remove)
        default: return frame
        }
    }
}

/// Frames that may be said again: the last so many.
struct FrameMemory: Sendable {
    private static let capacity = 256

    private var frames: [Frame] = []
    private var oldest = 0
    private var turn = 0

    mutating func keep(_ frame: Frame) {
        switch frame {
        case .replicate, .replicated, .remove, .removeDone, .receipt, .deliver: break
        default: return
        }
        if frames.count < Self.capacity { return frames.append(frame) }
        frames[oldest] = frame
        oldest = (oldest + 1) % Self.capacity
    }

    /// Now the old ones, now the new ones.
    mutating func next() -> Frame? {
        guard !frames.isEmpty else { return nil }
        turn += 1
        return frames[turn % frames.count]
    }
}
