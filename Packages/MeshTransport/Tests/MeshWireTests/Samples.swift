import MeshCrypto
import MeshWire
import NIOCore

/// One value of every frame, with fields that are told apart easily.
enum Samples {
    static func bytes16(_ first: UInt8) -> Bytes16 { Bytes16((0..<16).map { first &+ UInt8($0) })! }
    static func bytes32(_ first: UInt8) -> Bytes32 { Bytes32((0..<32).map { first &+ UInt8($0) })! }
    static func bytes64(_ first: UInt8) -> Bytes64 { Bytes64((0..<64).map { first &+ UInt8($0) })! }

    static func submission(_ size: Int = 512, seed: UInt8 = 1) -> Submission {
        // The sizes given by the tests are envelope classes.
        try! Submission(
            recipient: UserID(trusted: bytes32(seed)), expirySeconds: 1_800_000_000,
            acknowledgementHash: ProofHash(bytes16(0x40)), recallHash: ProofHash(bytes16(0x60)),
            envelope: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(seed)) })
    }

    static let entries = [
        RosterEntry(state: 0, record: ByteBuffer(bytes: [1, 2, 3])),
        RosterEntry(state: 2, record: ByteBuffer(bytes: [UInt8](repeating: 9, count: 320))),
    ]

    static let secret = DisclosedSecret(acknowledging: submission().header, secret: ProofSecret(bytes16(2)))
    static let receipt = CustodyReceipt(
        commit: CustodyCommit(
            node: NodeID(trusted: bytes32(5)), number: 77, timeMilliseconds: 1_800_000_000_123, leafCount: 13,
            signature: bytes64(6)), first: 4,
        entries: [
            CustodyEntry(.stored, SubmissionID(bytes16(1))), CustodyEntry(.handedOut, SubmissionID(bytes16(2))),
        ], hashes: [bytes32(7), bytes32(8), bytes32(9)])
    static let ids = [SubmissionID(bytes16(1)), SubmissionID(bytes16(3))]
    static let recipient = UserID(trusted: bytes32(1))

    static let all: [(name: String, frame: Frame)] = [
        (
            "hello of a node",
            .hello(
                Hello(
                    rosterDigest: bytes16(1), creditBytes: 262_144, software: "mesh 0.1.0",
                    record: ByteBuffer(bytes: [5, 6, 7])))
        ),
        ("hello of a client", .hello(Hello(rosterDigest: bytes16(0), creditBytes: 0, software: ""))),
        ("ping", .ping(0x0102_0304_0506_0708)),
        ("pong", .pong(0x0102_0304_0506_0708)),
        ("credit", .credit(bytes: 131_072)),
        ("goodbye", .goodbye(Goodbye(.replaced, detail: "another one"))),
        ("goodbye of an unknown reason", .goodbye(Goodbye(GoodbyeReason(rawValue: 999)))),
        ("rosterRequest", .rosterRequest(RosterRequest(request: 7, after: bytes32(3)))),
        ("rosterPage", .rosterPage(RosterPage(request: 7, rosterDigest: bytes16(2), more: true, entries: entries))),
        (
            "rosterPage without entries",
            .rosterPage(RosterPage(request: 8, rosterDigest: bytes16(2), more: false, entries: []))
        ),
        ("records", .records(entries)),
        ("membership", .membership(ByteBuffer(bytes: [7, 7, 7]))),
        ("digest", .digest(bytes16(9))),
        ("submit", .submit(Submit(request: 11, rosterDigest: bytes16(4), submission: submission()))),
        (
            "submitted",
            .submitted(
                Submitted(
                    request: 11, status: .accepted, id: SubmissionID(bytes16(8)), copies: 1, needed: 1))
        ),
        ("fetch", .fetch(Fetch(request: 12, rosterDigest: bytes16(4), mode: .follow))),
        ("fetched", .fetched(Fetched(request: 12, status: .accepted, delivered: 3))),
        ("deliver", .deliver(Deliver(isEphemeral: false, submission: submission(1_024)))),
        ("deliver an ephemeral one", .deliver(Deliver(isEphemeral: true, submission: submission()))),
        (
            "acknowledge",
            .acknowledge([
                secret,
                DisclosedSecret(acknowledging: submission(1_024).header, secret: ProofSecret(bytes16(4))),
            ])
        ),
        ("discard", .discard([Discard(id: SubmissionID(bytes16(1)), signature: bytes64(2))])),
        ("removed", .removed([Removed(id: SubmissionID(bytes16(1)), status: .notHeld)])),
        ("ephemeral", .ephemeral(submission())),
        ("recall", .recall(Recall(request: 13, recipient: recipient, secret: secret))),
        ("recalled", .recalled(Recalled(request: 13, status: .accepted, id: ids[0]))),
        ("contents", .contents(Contents(request: 14, after: 0x0102_0304_0506_0708))),
        (
            "contentsPage",
            .contentsPage(ContentsPage(request: 14, status: .accepted, last: 9, more: true, ids: ids))
        ),
        (
            "contentsPage without entries",
            .contentsPage(ContentsPage(request: 14, status: .storageFailed, last: 0, more: false, ids: []))
        ),
        ("fetchThese", .fetchThese(IDRequest(request: 15, ids: ids))),
        ("receiptsOf", .receiptsOf(IDRequest(request: 16, ids: ids))),
        ("receipt", .receipt(receipt)),
        (
            "replicate",
            .replicate(Replicate(request: 98, rosterDigest: bytes16(4), purpose: .new, submission: submission()))
        ),
        (
            "replicate what is moved",
            .replicate(Replicate(request: 98, rosterDigest: bytes16(4), purpose: .moved, submission: submission()))
        ),
        ("replicated", .replicated(ReplicaAnswer(request: 98, status: .accepted, id: ids[0]))),
        (
            "remove by acknowledgement",
            .remove(Remove(request: 97, recipient: recipient, proof: .acknowledgement(secret)))
        ),
        ("remove by recall", .remove(Remove(request: 97, recipient: recipient, proof: .recall(secret)))),
        (
            "remove by signature",
            .remove(
                Remove(
                    request: 97, recipient: recipient,
                    proof: .discard(Discard(id: ids[0], signature: bytes64(2)))))
        ),
        ("removeDone", .removeDone(ReplicaAnswer(request: 97, status: .notHeld, id: ids[0]))),
        (
            "compare",
            .compare(Compare(key: 96, entries: [.init(recipient: recipient, count: 3, digest: bytes16(9))]))
        ),
        ("differ", .differ(Differ(key: 96, recipients: [recipient]))),
        ("differ without entries", .differ(Differ(key: 96, recipients: []))),
        ("offer", .offer(Offer(request: 95, rosterDigest: bytes16(4), recipient: recipient, ids: ids))),
        ("wanted", .wanted(Wanted(request: 95, status: .accepted, ids: ids))),
        ("wanted without entries", .wanted(Wanted(request: 95, status: .notInSet, ids: []))),
        ("forward", .forward(Forward(request: 99, rosterDigest: bytes16(4), submission: submission(4_096)))),
        (
            "forwarded",
            .forwarded(
                Forwarded(
                    request: 99, status: .recipientQueueFull, id: SubmissionID(bytes16(8)), copies: 0,
                    needed: 1))
        ),
    ]
}

/// A small seeded generator (SplitMix64), so that a failing run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
