import MeshClientCore
import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import SimulatedNetwork

// What comes over its links.
extension Client {
    /// How long a gap in a sender's messages is waited for, before others are asked and after.
    static let gapPatience: UInt64 = 10_000

    func onFrames(_ link: LinkID, _ frames: [Frame]) {
        if let program { return program.onFrames(link, frames) }
        for frame in frames {
            guard connections[link] != nil else { return }
            switch frame {
            case .deliver(let deliver): onDeliver(deliver.submission, frame.meteredBytes, link)
            case .submitted(let answer): onSubmitted(answer)
            case .fetched: onFetched(link)
            case .digest: refreshView()
            default: break
            }
        }
    }

    private func onDeliver(_ submission: Submission, _ bytes: UInt32, _ link: LinkID) {
        grant(bytes, link)
        let id = submission.id
        guard let message = world.checker.messages[id], message.recipient == number else {
            return world.fail(.frames, "client \(number) gets \(id), which nobody sent to it")
        }
        checkArrival(message, link)
        if received.insert(id).inserted { take(message) }
        // The secret is shown once the message is written down.
        world.after(5 + world.random.below(UInt64(15))) { [unowned self] in acknowledge(message, link) }
    }

    private func grant(_ bytes: UInt32, _ link: LinkID) {
        connections[link]?.consumed += bytes
        guard let consumed = connections[link]?.consumed, consumed >= Self.credit / 2 else { return }
        connections[link]?.consumed = 0
        send(.credit(bytes: consumed), over: link)
    }

    private func acknowledge(_ message: TrackedMessage, _ link: LinkID) {
        guard let link = connections[link] != nil ? link : home else { return }
        world.checker.messages[message.id]?.isDisclosed = true
        if let discard = discard(of: message) { return send(.discard([discard]), over: link) }
        let secret = DisclosedSecret(acknowledging: message.submission.header, secret: message.secret)
        send(.acknowledge([secret]), over: link)
    }

    /// One message of twenty can't be opened: its recipient signs that it may go.
    private func discard(of message: TrackedMessage) -> Discard? {
        guard message.id.bytes.withUnsafeBytes({ $0[0] }) < 13 else { return nil }
        let signed = Discard.signed(message.id, network: world.cast.parameters.id)
        let signature = world.cast.users[number].sign(signed, context: Discard.context)
        return Discard(id: message.id, signature: signature)
    }

    /// The client core that ships brings a message.
    func onDelivered(_ submission: Submission) {
        let id = submission.id
        guard let message = world.checker.messages[id], message.recipient == number else {
            return world.fail(.frames, "client \(number) gets \(id), which nobody sent to it")
        }
        let isKnown = !received.insert(id).inserted
        if !isKnown { take(message) }
        world.after(5 + world.random.below(UInt64(15))) { [unowned self] in
            guard isOnline else { return }
            world.checker.messages[id]?.isDisclosed = true
            let verdict = discard(of: message).map { DeliveryAnswer.Verdict.discard($0.signature) }
            program?.answer(DeliveryAnswer(id, verdict ?? .acknowledge(message.secret), isKnown: isKnown))
        }
    }

    /// Where nothing is wrong, a sender's messages come in order.
    private func checkArrival(_ message: TrackedMessage, _ link: LinkID) {
        let last = connections[link]?.lastCounter[message.sender] ?? 0
        if message.counter < last, world.isStrict(message) {
            world.fail(.order, "client \(number) gets message \(message.counter) of \(message.sender) behind \(last)")
        }
        connections[link]?.lastCounter[message.sender] = max(last, message.counter)
    }
}

// In each sender's order.
extension Client {
    private func take(_ message: TrackedMessage) {
        let expected = next[message.sender, default: 1]
        if message.counter > expected {
            early[message.sender, default: [:]][message.counter] = message.id
            waitForGap(message.sender, expected)
        } else {
            show(message, isLate: message.counter < expected)
            showEarly(message.sender)
            waitAgain(message.sender)
        }
    }

    private func show(_ message: TrackedMessage, isLate: Bool) {
        if message.isShown { world.fail(.once, "\(message.id) is shown twice") }
        world.checker.messages[message.id]?.isShown = true
        world.counts.delivered += 1
        world.note("client \(number) shows \(message.counter) of \(message.sender), \(message.id)")
        if isLate {
            world.counts.late += 1
            if world.isStrict(message) { world.fail(.order, "\(message.id) is shown behind a later one") }
        } else {
            next[message.sender] = message.counter + 1
        }
    }

    /// What was waited for is here: those behind it follow.
    private func showEarly(_ sender: Int) {
        while let id = early[sender]?.removeValue(forKey: next[sender, default: 1]),
            let message = world.checker.messages[id]
        {
            show(message, isLate: false)
        }
    }

    private func waitForGap(_ sender: Int, _ expected: Int) {
        guard gaps[sender] != expected else { return }
        gaps[sender] = expected
        world.after(Self.gapPatience) { [unowned self] in
            if next[sender, default: 1] == expected { sweep() }
        }
        world.after(2 * Self.gapPatience) { [unowned self] in
            guard next[sender, default: 1] == expected, let first = early[sender]?.keys.min() else { return }
            next[sender] = first
            showEarly(sender)
            waitAgain(sender)
        }
    }

    /// There may be another gap behind the first.
    private func waitAgain(_ sender: Int) {
        if early[sender]?.isEmpty == false { waitForGap(sender, next[sender, default: 1]) }
    }
}

// Asking the other members.
extension Client {
    /// How long a member is listened to.
    static let sweepPatience: UInt64 = 15_000

    func sweep() {
        guard isOnline, program == nil, let home, let at = connections[home]?.host else { return }
        let asked = connections.values.map(\.host)
        for host in Set(currentSet + formerSet).sorted() where host != at && !asked.contains(host) {
            world.dial(from: self, to: host) { [unowned self] link in
                if let link { ask(link, host) }
            }
        }
    }

    private func ask(_ link: LinkID, _ host: Int) {
        guard isOnline, !connections.values.contains(where: { $0.host == host }) else { return world.close(link) }
        connections[link] = Connection(host: host, isSweep: true)
        greet(link)
        send(.fetch(Fetch(request: 1, rosterDigest: Bytes16(), mode: .queued)), over: link)
        world.after(Self.sweepPatience) { [unowned self] in if connections[link] != nil { drop(link) } }
    }

    private func onFetched(_ link: LinkID) {
        guard connections[link]?.isSweep == true else { return }
        // The last acknowledgements are on their way.
        world.after(1_000) { [unowned self] in if connections[link] != nil { drop(link) } }
    }
}
