import MeshCrypto

/// What SWIM cores say to each other, over the standing link between two nodes: so a message's sender is known, and
/// only what is passed on needs a signature.
enum SwimMessage: Equatable, Sendable {
    /// Are you there? `accuses`: I suspect you (Lifeguard's buddy system).
    case probe(sequence: UInt32, accuses: Bool, Tail)
    case acknowledge(sequence: UInt32, Tail)
    /// Ask `target` for me whether it is there; it signs the nonce for me.
    case relayRequest(sequence: UInt32, target: NodeID, nonce: Bytes16, Tail)
    /// Are you there? The one who asks is `requester`.
    case relayedProbe(sequence: UInt32, requester: NodeID, nonce: Bytes16)
    /// I am; the signature is for the requester.
    case relayedAcknowledge(sequence: UInt32, signature: Bytes64)
    /// What a relay request led to.
    case relayResult(sequence: UInt32, RelayOutcome)
    /// Nothing but the tail.
    case gossip(Tail)
    /// Digests of the sender's roster, bucket by bucket: who differs answers with entries.
    case compare([UInt64])
    /// The sender's members of one bucket, or a part of them.
    case entries(bucket: UInt8, EntriesKind, [Entry])
    /// Send me the records of these.
    case want([UInt64])

    /// What a relay found out.
    enum RelayOutcome: Equatable, Sendable {
        /// The relay can't tell: it has no link to the target, or isn't well itself.
        case unknown
        /// The target didn't answer (Lifeguard's negative acknowledgement).
        case silent
        /// The target's signature for the requester.
        case answered(Bytes64)
    }

    /// What rides along: the sender's roster digest, and whom it suspects.
    struct Tail: Equatable, Sendable {
        var digest: Bytes16
        var hints: [Hint] = []
    }

    /// That a node may be gone. Nobody's word: who hears it looks for itself.
    struct Hint: Hashable, Sendable {
        let node: NodeID
        let incarnation: UInt64
        /// The sender found it silent for a whole round, directly and through others: a voice that confirms.
        var isSuspect = false
    }

    /// How much of a bucket entries are, and whether they want an answer.
    enum EntriesKind: UInt8 {
        /// Some of a bucket's members.
        case part = 0
        /// All of them: who isn't in it is missing.
        case whole = 1
        /// What the sender thinks where both think differently; nothing to answer.
        case opinions = 2
    }

    /// One member in a comparison; ids are cut to 8 bytes, which are compared with the bucket's own only.
    struct Entry: Equatable, Sendable {
        let shortID: UInt64
        let incarnation: UInt64
        /// Of the record (``NodeRecord/fingerprint``): one incarnation may have been signed twice.
        let fingerprint: UInt64
        let state: NodeState
    }
}
