import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// The frames of the core protocol.
enum WireTargets {
    static let all = [frames, framePayloads]

    /// Whole link messages, as they come out of a link's cipher.
    static let frames = FuzzTarget("frames") {
        let frames = try WireSamples.frames()
        var all = ByteBuffer()
        for frame in frames where frame.meteredBytes == 0 { frame.write(into: &all) }
        return frames.map { Array($0.encoded().readableBytesView) } + [Array(all.readableBytesView)]
    } check: { input throws(FuzzFinding) in
        try check(message: ByteBuffer(bytes: input))
    }

    /// The payload of one frame under a header that fits it, so that changes of length reach the fields: the first byte
    /// chooses the type.
    static let framePayloads = FuzzTarget("frame-payloads") {
        try WireSamples.frames().map { frame in
            let encoded = Array(frame.encoded().readableBytesView)
            return [encoded[0]] + encoded[WireLimits.frameHeader...]
        }
    } check: { input throws(FuzzFinding) in
        guard let type = input.first, input.count - 1 <= WireLimits.framePayload else { return .refused }
        var message = ByteBuffer()
        message.writeInteger(type)
        message.writeInteger(UInt8(0))
        message.writeInteger(UInt16(input.count - 1))
        message.writeBytes(input[1...])
        return try check(message: message)
    }

    private static func check(message: ByteBuffer) throws(FuzzFinding) -> FuzzTarget.Verdict {
        guard let frames = try? FrameDecoder.decode(message) else { return .refused }
        for frame in frames {
            try touch(frame)
            guard let again = try? FrameDecoder.decode(frame.encoded()) else {
                throw FuzzFinding("\(frame.type) is refused once it has been encoded again")
            }
            try FuzzFinding.require(again == [frame], "\(frame.type) changes when it is encoded again")
        }
        return .accepted
    }

    /// Reads what a node reads of a frame that it has taken.
    private static func touch(_ frame: Frame) throws(FuzzFinding) {
        let submission: Submission? =
            switch frame {
            case .submit(let submit): submit.submission
            case .forward(let forward): forward.submission
            case .deliver(let deliver): deliver.submission
            case .ephemeral(let submission): submission
            default: nil
            }
        guard let submission else { return }
        let parts = (submission.id, submission.flags, submission.acknowledgementHash, submission.recallHash)
        _ = (parts, submission.recipient.description, frame.meteredBytes)
        try FuzzFinding.require(
            WireLimits.envelopeSizes.contains(submission.envelope.readableBytes),
            "an envelope of \(submission.envelope.readableBytes) bytes was taken")
    }
}

/// One valid frame of every type.
enum WireSamples {
    static func frames() throws -> [Frame] {
        let digest = Samples.bytes16(1)
        let record = ByteBuffer(bytes: try RingSamples.records()[0].encoded)
        let entry = RosterEntry(state: 0, record: record)
        let id = SubmissionID(Samples.bytes16(2))
        let submission = try submission()
        let secret = DisclosedSecret(acknowledging: submission.header, secret: ProofSecret(Samples.bytes16(4)))
        let discard = Discard(id: id, signature: Samples.bob.sign([1], context: Discard.context))
        let node = NodeIdentity(seed: SecretBytes(utf8: "a node's seed of thirty-two byte"))
        let entries = (0..<5).map { CustodyEntry(.stored, SubmissionID(Samples.bytes16($0))) }
        let ledger = CustodyLedger(
            entries, number: 1, timeMilliseconds: 2, network: NetworkID(Samples.bytes32(7)), by: node)
        let frames: [Frame] = [
            .hello(Hello(rosterDigest: digest, creditBytes: 65_536, software: "mesh 0.1.0", record: record)),
            .ping(1), .pong(.max), .credit(bytes: 4_096), .goodbye(Goodbye(GoodbyeReason(rawValue: 1), detail: "bye")),
            .rosterRequest(RosterRequest(request: 1, after: Samples.bytes32(3))),
            .rosterPage(RosterPage(request: 1, rosterDigest: digest, more: true, entries: [entry, entry])),
            .records([entry]), .digest(digest), .membership(ByteBuffer(bytes: [1, 2, 3])),
            .submit(Submit(request: 9, rosterDigest: digest, submission: submission)),
            .submitted(Submitted(request: 9, status: DeliveryStatus(rawValue: 0), id: id, copies: 1, needed: 1)),
            .fetch(Fetch(request: 2, rosterDigest: digest, mode: .follow)),
            .fetched(Fetched(request: 2, status: DeliveryStatus(rawValue: 0), delivered: 7)),
            .deliver(Deliver(isEphemeral: false, submission: submission)),
            .acknowledge([secret]),
            .discard([discard]), .recall(Recall(request: 4, recipient: Samples.bob.id, secret: secret)),
            .recalled(Recalled(request: 4, status: DeliveryStatus(rawValue: 0), id: id)),
            .contents(Contents(request: 4, after: 5)),
            .contentsPage(
                ContentsPage(request: 4, status: DeliveryStatus(rawValue: 0), last: 6, more: true, ids: [id, id])),
            .fetchThese(IDRequest(request: 4, ids: [id])), .receiptsOf(IDRequest(request: 4, ids: [id, id])),
            .receipt(ledger.receipt(for: 1..<4)),
            .removed([Removed(id: id, status: DeliveryStatus(rawValue: 3))]), .ephemeral(submission),
            .forward(Forward(request: 5, rosterDigest: digest, submission: submission)),
            .forwarded(Forwarded(request: 5, status: DeliveryStatus(rawValue: 1), id: id, copies: 2, needed: 3)),
            .replicate(Replicate(request: 6, rosterDigest: digest, purpose: .moved, submission: submission)),
            .replicated(ReplicaAnswer(request: 6, status: DeliveryStatus(rawValue: 0), id: id)),
            .remove(Remove(request: 7, recipient: Samples.bob.id, proof: .acknowledgement(secret))),
            .remove(Remove(request: 7, recipient: Samples.bob.id, proof: .recall(secret))),
            .remove(Remove(request: 7, recipient: Samples.bob.id, proof: .discard(discard))),
            .removeDone(ReplicaAnswer(request: 7, status: DeliveryStatus(rawValue: 0), id: id)),
            .compare(Compare(key: 8, entries: [.init(recipient: Samples.bob.id, count: 3, digest: digest)])),
            .differ(Differ(key: 8, recipients: [Samples.bob.id])),
            .offer(Offer(request: 9, rosterDigest: digest, recipient: Samples.bob.id, ids: [id])),
            .wanted(Wanted(request: 9, status: DeliveryStatus(rawValue: 0), ids: [id])),
        ]
        precondition(Set(frames.map(\.type)) == Set(FrameType.allCases), "a frame of each type belongs to the corpus")
        return frames
    }

    static func submission() throws -> Submission {
        let envelope = try Samples.envelope([1, 2, 3])
        return try Submission(
            recipient: Samples.bob.id, expirySeconds: 1_790_000_000,
            acknowledgementHash: envelope.acknowledgementHash, recallHash: envelope.recallHash,
            envelope: envelope.bytes)
    }
}
