import MeshClientCore
import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire

/// What has to hold in every run.
package enum Invariant: String, Sendable {
    /// A message is accepted only when W members have it on stable storage.
    case promise
    /// A node lets go of a message only when W others hold it.
    case custody
    /// What a node has answered for survives the loss of power.
    case durability
    /// Nothing is removed without the recipient's word.
    case removal
    /// What was removed comes back nowhere.
    case resurrection
    /// What was accepted is shown, or held for who has not come.
    case delivery
    /// Nothing is shown twice.
    case once
    /// Each sender's messages are shown in order.
    case order
    /// No queue holds more than its quota.
    case quota
    /// When the network calms, the members of a set hold the same, and nobody else anything.
    case convergence
    /// When the network calms, everything is accepted.
    case progress
    /// What is remembered of removed messages ends with its time.
    case tombstones
    /// Nobody is said to withhold what he doesn't, or to break the protocol who doesn't.
    case accusation
    /// Who signs that it handed a message out to nobody has sent it to nobody.
    case recall
    /// A node that breaks no rule isn't told that it does; what is written can be read.
    case frames
}

/// A broken invariant.
package struct Violation: Sendable, Equatable {
    /// Which.
    package let invariant: Invariant
    /// What was seen.
    package let detail: String
    /// When, from the run's beginning.
    package let milliseconds: UInt64
}

/// Nodes by their numbers.
struct HostSet: Equatable, CustomStringConvertible {
    private var bits: UInt64 = 0

    var count: Int { bits.nonzeroBitCount }
    var isEmpty: Bool { bits == 0 }
    func contains(_ host: Int) -> Bool { bits & 1 << UInt64(host) != 0 }
    mutating func insert(_ host: Int) { bits |= 1 << UInt64(host) }
    mutating func remove(_ host: Int) { bits &= ~(1 << UInt64(host)) }
    func union(_ other: HostSet) -> HostSet {
        var union = self
        union.bits |= other.bits
        return union
    }
    func without(_ others: HostSet) -> HostSet {
        var rest = self
        rest.bits &= ~others.bits
        return rest
    }
    func without(_ host: Int) -> HostSet {
        var rest = self
        rest.remove(host)
        return rest
    }
    var description: String { "\((0..<64).filter(contains))" }
}

/// A message and all that is known of it, whoever knows it.
struct TrackedMessage {
    let id: SubmissionID
    let sender: Int
    let recipient: Int
    /// Its place among the sender's messages to this recipient.
    let counter: Int
    let submission: Submission
    let secret: ProofSecret
    let recallSecret: ProofSecret
    let writtenAt: UInt64
    var isAccepted = false
    var isShown = false
    /// Whether the recipient has shown the secret to anybody.
    var isDisclosed = false
    /// Whether the sender wants it back.
    var isRecalled = false
    /// Nodes that have it on stable storage now, that ever had it, and that remember its removal.
    var holders = HostSet()
    var everHeld = HostSet()
    var removers = HostSet()
    /// Nodes that have sent it to its recipient.
    var givers = HostSet()
    /// Nodes that have it, can't read it, and were restarted since they found that.
    var damaged = HostSet()

    var key: MessageKey { MessageKey(submission.recipient, id) }
    var expirySeconds: UInt32 { submission.expirySeconds }
    /// Whether it is still owed to its recipient.
    func isOwed(nowSeconds: UInt32) -> Bool { !isDisclosed && !isRecalled && expirySeconds > nowSeconds }
    /// Whether it must be nowhere in the end: a recall counts from the first node that it reached.
    var isToBeGone: Bool { isDisclosed || (isRecalled && !removers.isEmpty) }
}

/// All messages of a run, and the first invariant that was broken.
final class Checker {
    var messages: [SubmissionID: TrackedMessage] = [:]
    /// In the order in which they were written.
    private(set) var order: [SubmissionID] = []
    var violation: Violation?

    func add(_ message: TrackedMessage) {
        messages[message.id] = message
        order.append(message.id)
    }

    /// A node has lost its disk.
    func forget(_ host: Int) {
        for id in order {
            messages[id]?.holders.remove(host)
            messages[id]?.removers.remove(host)
            messages[id]?.damaged.remove(host)
        }
    }

    /// Whether a node may lose all it has: everything that it holds is held by others too, who together with it would
    /// not be W faulty ones. Liars count among the faulty ones.
    func maySpare(_ host: Int, besides liars: HostSet, nowSeconds: UInt32) -> Bool {
        !messages.values.contains { message in
            message.isOwed(nowSeconds: nowSeconds) && message.holders.contains(host)
                && message.holders.without(liars).count < 2
        }
    }
}

extension World {
    /// W for the whole network: never fewer nodes than R have not left.
    var quorum: Int { cast.parameters.writeQuorum }

    /// A commit did this.
    func onOutcome(_ outcome: StoreOutcome, of write: SimulatedDisk.Write, at host: Int) {
        let (id, key) = (write.key.id, write.key)
        guard let message = checker.messages[id] else {
            // Who has no secret can still make up a message and have that removed.
            if outcome != .stored, !liars.isEmpty { return counts.junkRemovals += outcome == .remembered ? 1 : 0 }
            return fail(.frames, "node \(host) stores \(id), which nobody sent")
        }
        let isLiar = isLiar(host)
        switch outcome {
        case .stored:
            let hasForgotten = isLiar || hosts[host].disk.hasForgotten
            if message.removers.contains(host), message.expirySeconds > nowSeconds, !hasForgotten {
                fail(.resurrection, "node \(host) takes \(id) again, which it has removed")
            }
            checker.messages[id]?.holders.insert(host)
            checker.messages[id]?.everHeld.insert(host)
            if hosts[host].disk.mend(id) { counts.mended += 1 }
            checkQuota(of: key, at: host)
        case .storedAndRemoved: checker.messages[id]?.everHeld.insert(host)
        case .removed, .remembered:
            if !message.isDisclosed, !message.isRecalled {
                fail(.removal, "node \(host) removes \(id) without the recipient's word")
            }
            checker.messages[id]?.holders.remove(host)
            hosts[host].disk.mend(id)
            checker.messages[id]?.removers.insert(host)
        case .released: checker.messages[id]?.holders.remove(host)
        default: break
        }
        note("node \(host): \(outcome) \(id)")
    }

    private func checkQuota(of key: MessageKey, at host: Int) {
        guard let totals = hosts[host].disk.store?.totals(of: .init(key.recipient)) else { return }
        let limits = settings.quota
        if totals.messages > limits.messagesPerRecipient || totals.bytes > limits.bytesPerRecipient {
            fail(.quota, "node \(host) holds \(totals.messages) messages, \(totals.bytes) bytes for \(key.recipient)")
        }
    }

    /// A node lets go of a message: all members of its set, as it sees it, must have had it or know of its removal.
    /// (What they lost since is a fault of theirs. No run is as long as the day after which W of them are enough.)
    func checkRelease(of key: MessageKey, at host: Host) {
        guard !isLiar(host.number), let message = checker.messages[key.id], message.isOwed(nowSeconds: nowSeconds),
            let roster = host.roster
        else { return }
        let known = message.everHeld.union(message.removers)
        let set = ring(roster).replicaSet(for: key.recipient).compactMap(cast.number(of:))
        // A liar says what it likes.
        guard !set.allSatisfy({ known.contains($0) || isLiar($0) }) else { return }
        fail(.custody, "node \(host.number) lets go of \(key.id), which belongs to \(set); \(known) have had it")
    }

    /// A node will remember a removal.
    func checkMemory(of id: SubmissionID, until keepUntilSeconds: UInt32, _ extraSeconds: UInt32) {
        guard let message = checker.messages[id], keepUntilSeconds > message.expirySeconds + extraSeconds else {
            return
        }
        fail(.tombstones, "\(id) expires at \(message.expirySeconds), and is remembered until \(keepUntilSeconds)")
    }

    /// A node says that it holds a message, or knows of its removal.
    func checkStored(_ id: SubmissionID, at host: Int) {
        guard let message = checker.messages[id], !isLiar(host) else { return }
        guard !message.everHeld.contains(host), !message.removers.contains(host) else { return }
        fail(.promise, "node \(host) says that it holds \(id), and it is not on its disk")
    }

    /// A node says that as many members hold a message as it believes to be needed. One that has just joined may believe
    /// too little where R is large; the client core that ships counts for itself.
    func checkWord(_ id: SubmissionID, needed: UInt8) {
        checkPromise(id, needed: needed, quorum: settings.hasFullClients ? 1 : quorum)
    }

    /// Somebody says that W members hold a message.
    private func checkPromise(_ id: SubmissionID, needed: UInt8, quorum: Int) {
        guard let message = checker.messages[id] else { return }
        let known = message.everHeld.union(message.removers)
        if needed < quorum { fail(.promise, "\(id) is accepted with \(needed) copies, not \(quorum)") }
        if known.count < needed { fail(.promise, "\(id) is accepted as held by \(needed), and \(known) have had it") }
    }

    /// A sender was told that its message is accepted, by members' signatures: of them too few lie.
    func onProven(_ id: SubmissionID, _ acceptance: SubmitAcceptance) {
        let signers = Set(acceptance.receipts.map(\.commit.node))
        if signers.count < acceptance.needed {
            fail(.promise, "\(id) counts as accepted with \(signers.count) receipts, \(acceptance.needed) are needed")
        }
        accept(id, needed: UInt8(acceptance.needed))
    }

    /// A sender was told that its message is accepted.
    func onAccepted(_ id: SubmissionID, _ submitted: Submitted) { accept(id, needed: submitted.needed) }

    private func accept(_ id: SubmissionID, needed: UInt8) {
        checkPromise(id, needed: needed, quorum: quorum)
        guard checker.messages[id]?.isAccepted == false else { return }
        checker.messages[id]?.isAccepted = true
        counts.accepted += 1
    }

    func onViolation(by peer: Peer, seenBy host: Int, _ what: String) {
        // A cut or a pause may come between a link and its first words.
        if what.hasPrefix("no hello within") { return }
        if isLiar(host) { return }
        if case .node(let node, _) = peer, let liar = cast.number(of: node), isLiar(liar) { return }
        fail(.frames, "node \(host) says that \(peer) broke the protocol: \(what)")
    }
}
