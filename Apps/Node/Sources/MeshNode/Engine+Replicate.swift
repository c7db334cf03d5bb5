import MeshCrypto
import MeshRing
import MeshWire

/// From the coordinator to the other members of the recipient's set (DESIGN §7.2): all of them at once, the same bytes,
/// while this node's own store writes; the origin is answered when W of them have it on stable storage.
extension Engine {
    /// How many copies there are to be: a network of fewer nodes has fewer. Who is down counts: it may have accepted
    /// what nobody else knows of, and a node cut off from the others must not accept alone.
    static func copies(_ roster: Roster, _ configuration: Configuration) -> Int {
        let known = roster.members.count { $0.state != .left }
        return min(Int(configuration.parameters.replicas), max(known, configuration.mayBeAlone ? 1 : 2))
    }

    /// How many of them must be on stable storage before a message counts as accepted.
    var needed: Int { copies / 2 + 1 }

    /// This node is in the recipient's set and answers for it.
    mutating func coordinate(_ origin: Origin, _ id: SubmissionID, _ submission: Submission, _ set: ReplicaSet) {
        guard copies > 1 else { return store(origin, id, submission) }
        var replication = Replication(origin, id, submission, needed: needed)
        for member in set where member != configuration.node {
            if let link = nodeLinks[member]?.standing { replication.ask(link) }
        }
        let asked = replication.askedCount
        guard asked + 1 >= needed else { return answer(origin, id, .tooFewMembers) }
        if asked + 1 < set.count { mend(submission.recipient) }
        let number = newToken()
        if origin.wantsReceipts { receiptWaits.add(id, origin.link, expecting: asked) }
        replications[number] = replication
        pendingBytes += replication.bytes
        replicationDeadlines.add(number, dueMilliseconds: now.monotonicMilliseconds + limits.replicateMilliseconds)
        store(origin.ownCopy(of: number), id, submission)
        for index in 0..<asked { replicate(number, submission, over: replication.askedLink(index)) }
    }

    /// Sends a copy, or lets it wait for credit behind what waits already. Where too much does, the member counts as
    /// unreachable and gets it by repair.
    private mutating func replicate(_ number: UInt64, _ submission: Submission, over link: LinkID) {
        let frame = Frame.replicate(
            Replicate(request: number, rosterDigest: digest, purpose: .new, submission: submission))
        let (bytes, limit) = (frame.meteredBytes, limits.waitingBytesPerLink)
        switch links[link]?.pay(bytes, orWaitAs: .replicate(number, submission.inOwnMemory), limit: limit) {
        case .paid: send(frame, to: link)
        case .waits: break
        case .noRoom, nil: onReplicaAnswer(number, over: link, .busy)
        }
    }

    /// Another member is the coordinator and wants a copy kept here.
    mutating func onReplicate(_ link: LinkID, _ node: NodeID, _ replicate: Replicate) {
        let submission = replicate.submission
        let id = submission.id
        if replicate.purpose == .moved { expected[id] = nil }
        let origin = Origin(
            kind: .coordinator, link: link, request: replicate.request,
            meteredBytes: Frame.replicate(replicate).meteredBytes, wantsReceipts: true)
        if let refusal = refusal(of: submission) { return answer(origin, id, refusal) }
        guard mayHold(submission.recipient, from: replicate.purpose == .moved ? node : nil) else {
            if replicate.rosterDigest != digest { compareRosters(link, replicate.rosterDigest) }
            return answer(origin, id, .notInSet)
        }
        store(origin, id, submission)
    }

    mutating func onReplicated(_ link: LinkID, _ node: NodeID, _ answer: ReplicaAnswer) {
        if QueueSync.owns(answer.request) { return onMoved(link, node, answer) }
        // Late answers, after a time-out has ended the wait for them, are harmless: the copy is there.
        guard let id = replications[answer.request]?.id else { return }
        guard answer.id == id else {
            return violate(link, "an answer for \(answer.id) where a copy of \(id) was sent")
        }
        if answer.status == .notInSet { askForRosterAgain(link) }
        onReplicaAnswer(answer.request, over: link, answer.status)
    }

    /// A member has answered, or never will.
    private mutating func onReplicaAnswer(_ number: UInt64, over link: LinkID, _ status: DeliveryStatus) {
        guard replications[number]?.onAnswer(over: link, status) == true else { return }
        // Who knows of a removal must tell those who don't.
        if status != .accepted, status != .alreadyHeld, let recipient = replications[number]?.recipient {
            mend(recipient)
        }
        goOn(number)
    }

    /// This node's own store has answered.
    mutating func onOwnCopy(_ number: UInt64, _ status: DeliveryStatus) {
        replications[number]?.onOwnAnswer(status)
        goOn(number)
    }

    mutating func onReplicationTimeout(_ number: UInt64) {
        guard let recipient = replications[number]?.recipient else { return }
        mend(recipient)
        replications[number]?.onTimeout()
        goOn(number)
    }

    /// Tells the origin once there is something to tell, and forgets what nobody waits for.
    private mutating func goOn(_ number: UInt64) {
        guard let verdict = replications[number]?.takeVerdict() else { return }
        if case .answer(let status, let copies) = verdict, let replication = replications[number] {
            pendingBytes -= replication.bytes
            if replication.isComplete { replications[number] = nil }
            answer(replication.origin, replication.id, status, copies: copies)
        } else if replications[number]?.isComplete == true {
            replications[number] = nil
        }
    }

    /// A link to a node has ended: who hasn't answered over it is asked over the one that has taken its place, or counts
    /// as unreachable. In the order of the numbers, so that a run can be repeated.
    mutating func onReplicaLinkClosed(_ ended: LinkID, _ node: NodeID) {
        let lost = replications.keys { $0.awaits(ended) }.sorted()
        for number in lost {
            if let link = nodeLinks[node]?.standing, let submission = replications[number]?.submission,
                replications[number]?.ask(link, insteadOf: ended) == true
            {
                replicate(number, submission, over: link)
            } else {
                onReplicaAnswer(number, over: ended, .unreachable)
            }
        }
    }
}
