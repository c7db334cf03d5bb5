import MeshClientCore
import MeshCrypto
import MeshNode
import MeshWire
import SimulatedNetwork

// From the outbox to a node, with the same bytes until it is accepted.
extension Client {
    /// An answer that takes longer won't come.
    static let patience: UInt64 = 20_000

    func pump(_ recipient: Int) {
        guard home != nil || program != nil, isOnline,
            !attempts.values.contains(where: { $0.recipient == recipient })
        else { return }
        while let id = outbox[recipient]?.first, let message = world.checker.messages[id] {
            guard message.expirySeconds > world.nowSeconds else {
                outbox[recipient]?.removeFirst()
                continue
            }
            if let program {
                let token = program.submit(message.submission, patience: Self.patience)
                attempts[UInt32(token)] = Attempt(id: id, recipient: recipient, link: nil)
            } else if let home {
                submit(message, over: home)
            }
            return
        }
    }

    private func submit(_ message: TrackedMessage, over link: LinkID) {
        lastRequest += 1
        let request = lastRequest
        attempts[request] = Attempt(id: message.id, recipient: message.recipient, link: link)
        send(
            .submit(
                Submit(
                    request: request, rosterDigest: Bytes16(), options: [], submission: message.submission)),
            over: link)
        world.after(Self.patience) { [unowned self] in retry(request) }
    }

    /// The attempt came to nothing; there will be another.
    func retry(_ request: UInt32) {
        guard let attempt = attempts.removeValue(forKey: request) else { return }
        world.after(2_000 + world.random.below(UInt64(4_000))) { [unowned self] in pump(attempt.recipient) }
    }

    func onSubmitted(_ answer: Submitted) {
        guard let attempt = attempts[answer.request] else { return }
        guard answer.id == attempt.id else { return world.fail(.frames, "an answer for \(answer.id) to \(attempt.id)") }
        guard answer.status.isAccepted else { return onRefused(answer) }
        failures = 0
        attempts[answer.request] = nil
        world.onAccepted(attempt.id, answer)
        if outbox[attempt.recipient]?.first == attempt.id { outbox[attempt.recipient]?.removeFirst() }
        pump(attempt.recipient)
    }

    /// Shows every node of the set the secret that it drew for that.
    func recall(_ id: SubmissionID) {
        guard let message = world.checker.messages[id] else { return }
        world.note("client \(number) wants \(id) back")
        world.checker.messages[id]?.isRecalled = true
        program?.recall(message)
    }

    /// The client core that ships has an answer.
    func onSubmitted(_ token: UInt64, _ result: Result<SubmitAcceptance, SubmitFailure>) {
        guard let attempt = attempts[UInt32(token)] else { return }
        switch result {
        case .success(let acceptance):
            attempts[UInt32(token)] = nil
            world.onProven(attempt.id, acceptance)
            if outbox[attempt.recipient]?.first == attempt.id { outbox[attempt.recipient]?.removeFirst() }
            pump(attempt.recipient)
        case .failure(let failure):
            world.counts.refused += 1
            world.note("client \(number): \(failure)")
            retry(UInt32(token))
        }
    }

    private func onRefused(_ answer: Submitted) {
        world.counts.refused += 1
        world.note("client \(number) is refused: \(answer.status)")
        failures += 1
        retry(answer.request)
        // Another node may do better.
        guard failures > 2, answer.status.mayBeTakenElsewhere, let home else { return }
        drop(home)
        connect()
    }
}
