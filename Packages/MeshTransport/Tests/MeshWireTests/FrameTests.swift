import MeshCrypto
import MeshWire
import NIOCore
import Testing

@Suite("Frames")
struct FrameTests {
    @Test("every frame, encoded and decoded, is the same", arguments: Samples.all.map(\.frame))
    func roundTrip(frame: Frame) throws {
        #expect(try FrameDecoder.decode(frame.encoded()) == [frame])
    }

    @Test("every type of frame has a sample")
    func samplesAreComplete() {
        #expect(Set(Samples.all.map(\.frame.type)) == Set(FrameType.allCases))
    }

    @Test("what a metered frame costs is the length of its payload, other frames are free", arguments: Samples.all)
    func metering(name: String, frame: Frame) {
        let payload = frame.encoded().readableBytes - WireLimits.frameHeader
        #expect(frame.meteredBytes == (frame.type.isMetered ? UInt32(payload) : 0))
    }

    @Test("a message with all frames, decoded, gives them in order")
    func manyInOneMessage() throws {
        var message = ByteBuffer()
        for (_, frame) in Samples.all { frame.write(into: &message) }
        #expect(try FrameDecoder.decode(message) == Samples.all.map(\.frame))
    }

    @Test("a frame cut anywhere is an error, never a value", arguments: Samples.all.map(\.frame))
    func truncation(frame: Frame) {
        let whole = frame.encoded()
        for length in 1..<whole.readableBytes {
            let cut = whole.getSlice(at: 0, length: length)!
            #expect(throws: FrameError.self) { try FrameDecoder.decode(cut) }
        }
    }

    @Test("a byte behind the last field is an error that says so")
    func trailing() throws {
        var message = Frame.ping(1).encoded()
        message.writeInteger(UInt8(0))
        message.setInteger(UInt16(9), at: 2)
        #expect(throws: FrameError.trailingBytes(.ping, count: 1)) { try FrameDecoder.decode(message) }
    }

    @Test("an unknown type ends below 0x80 and is skipped from there")
    func unknownTypes() throws {
        let critical = ByteBuffer(bytes: [0x7f, 0, 0, 1, 5])
        #expect(throws: FrameError.unknownType(0x7f)) { try FrameDecoder.decode(critical) }
        var optional = ByteBuffer(bytes: [0x80, 0, 0, 1, 5])
        Frame.pong(4).write(into: &optional)
        #expect(try FrameDecoder.decode(optional) == [.pong(4)])
    }

    @Test("reserved bits, empty messages and impossible values are errors")
    func nonsense() {
        #expect(throws: FrameError.reservedByte(got: 1)) {
            try FrameDecoder.decode(ByteBuffer(bytes: [2, 1, 0, 0]))
        }
        #expect(throws: FrameError.emptyMessage) { try FrameDecoder.decode(ByteBuffer()) }
        #expect(throws: FrameError.invalidValue(.records, field: "count", got: 0)) {
            try FrameDecoder.decode(ByteBuffer(bytes: [0x12, 0, 0, 2, 0, 0]))
        }
        #expect(throws: FrameError.overLimit(.records, field: "count", got: 129, allowed: 128)) {
            try FrameDecoder.decode(ByteBuffer(bytes: [0x12, 0, 0, 2, 0, 129]))
        }
    }

    @Test("an envelope of another size than the classes is refused")
    func envelopeSizes() throws {
        for size in WireLimits.envelopeSizes {
            let frame = Frame.ephemeral(Samples.submission(size))
            #expect(try FrameDecoder.decode(frame.encoded()) == [frame])
        }
        #expect(throws: FrameError.envelopeSize(.submit, got: 513)) {
            try Submission(
                recipient: UserID(trusted: Samples.bytes32(0)), expirySeconds: 0,
                acknowledgementHash: ProofHash(Samples.bytes16(0)), recallHash: ProofHash(Samples.bytes16(0)),
                envelope: [UInt8](repeating: 0, count: 513))
        }
    }

    @Test("the largest frames fit into one link message")
    func largest() {
        let forward = Frame.forward(
            Forward(request: 1, rosterDigest: Samples.bytes16(0), submission: Samples.submission(61_440)))
        #expect(forward.encoded().readableBytes <= WireLimits.message)
        #expect(forward.meteredBytes <= WireLimits.creditHeadroom)
        let entry = RosterEntry(state: 0, record: ByteBuffer(repeating: 1, count: WireLimits.nodeRecord))
        let page = Frame.rosterPage(
            RosterPage(
                request: 1, rosterDigest: Samples.bytes16(0), more: true,
                entries: Array(repeating: entry, count: WireLimits.recordsPerFrame)))
        #expect(page.encoded().readableBytes <= WireLimits.message)
    }

    @Test("texts above their limit are cut at a character, not in its middle")
    func longTexts() throws {
        let goodbye = Frame.goodbye(Goodbye(.done, detail: String(repeating: "👋🏽", count: 40)))
        guard case .goodbye(let read) = try FrameDecoder.decode(goodbye.encoded())[0] else {
            Issue.record("no goodbye")
            return
        }
        #expect(read.detail == String(repeating: "👋🏽", count: 25))
    }

    @Test("100,000 mutated messages, decoded, give frames that encode to the same, or an error")
    func mutations() {
        var generator = SeededGenerator(state: 7)
        let corpus = Samples.all.map { [UInt8](buffer: $0.frame.encoded()) }
        for _ in 0..<100_000 {
            var bytes = corpus[Int.random(in: 0..<corpus.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<min(bytes.count, 80), using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            guard let frames = try? FrameDecoder.decode(ByteBuffer(bytes: bytes)), !frames.isEmpty else { continue }
            var again = ByteBuffer()
            for frame in frames { frame.write(into: &again) }
            #expect((try? FrameDecoder.decode(again)) == frames)
        }
    }
}

@Suite("Submissions")
struct SubmissionTests {
    @Test("the id changes with every field")
    func idCoversEverything() throws {
        let base = Samples.submission()
        var ids: Set<SubmissionID> = [base.id]
        ids.insert(Samples.submission(512, seed: 2).id)
        ids.insert(
            try Submission(recipient: base.recipient, expirySeconds: base.expirySeconds + 1, body: base.body).id)
        // Flags, both hashes, and the envelope's first and last byte.
        for index in [0, 2, 18, 34, base.body.readableBytes - 1] {
            var body = base.body
            body.setInteger(body.getInteger(at: index, as: UInt8.self)! ^ 1, at: index)
            ids.insert(try Submission(recipient: base.recipient, expirySeconds: base.expirySeconds, body: body).id)
        }
        #expect(ids.count == 8)
    }

    @Test("fields are read from the stored body")
    func accessors() {
        let submission = Samples.submission()
        #expect(submission.flags == 0)
        #expect(submission.acknowledgementHash == ProofHash(Samples.bytes16(0x40)))
        #expect(submission.recallHash == ProofHash(Samples.bytes16(0x60)))
        #expect(submission.envelope.readableBytes == 512)
        #expect(submission.envelope.getInteger(at: submission.envelope.readerIndex + 1, as: UInt8.self) == 8)
    }
}
