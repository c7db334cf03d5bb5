import MeshChat
import MeshCrypto

/// What stands sealed about a submission beside its envelope.
struct OutboxRecord {
    let id: SubmissionID
    let recipient: UserID
    let innerID: InnerID
    let expirySeconds: UInt32
    let flags: UInt16
    let acknowledgementHash: ProofHash
    let recallHash: ProofHash
    let recallSecret: ProofSecret
    /// Nil in records of version 1.
    let envelopeHash: Bytes16?
    var state: OutboxState

    private static let version: UInt8 = 2

    init(_ submission: OutgoingSubmission) {
        id = submission.id
        recipient = submission.recipient
        innerID = submission.innerID
        expirySeconds = submission.expirySeconds
        flags = submission.flags
        acknowledgementHash = submission.acknowledgementHash
        recallHash = submission.recallHash
        recallSecret = submission.recallSecret
        envelopeHash = submission.envelopeHash
        state = .queued(notBefore: 0, failures: 0)
    }

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.put(Self.version)
        writer.put(id.bytes)
        writer.put(recipient.bytes)
        writer.put(innerID.bytes)
        writer.put(expirySeconds)
        writer.put(flags)
        writer.put(acknowledgementHash.bytes)
        writer.put(recallHash.bytes)
        writer.put(recallSecret.bytes)
        writer.put(state)
        writer.put(envelopeHash) { $0.put($1) }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        let version = try reader.integer(UInt8.self)
        guard (1...Self.version).contains(version) else { throw RecordError() }
        id = SubmissionID(try reader.fixed())
        recipient = UserID(trusted: try reader.fixed())
        innerID = InnerID(try reader.fixed())
        expirySeconds = try reader.integer()
        flags = try reader.integer()
        acknowledgementHash = ProofHash(try reader.fixed())
        recallHash = ProofHash(try reader.fixed())
        recallSecret = ProofSecret(try reader.fixed())
        state = try reader.outboxState()
        envelopeHash =
            version == 1 ? nil : try reader.optional { (reader) throws(RecordError) in try reader.fixed(Bytes16.self) }
        try reader.finish()
    }

    func item(sequence: UInt64) -> OutboxItem {
        OutboxItem(
            sequence: sequence, id: id, recipient: recipient, innerID: innerID, expirySeconds: expirySeconds,
            state: state)
    }

    func submission(envelope: [UInt8]) -> OutgoingSubmission {
        OutgoingSubmission(
            id: id, recipient: recipient, innerID: innerID, expirySeconds: expirySeconds, flags: flags,
            acknowledgementHash: acknowledgementHash, recallHash: recallHash, recallSecret: recallSecret,
            envelope: envelope, envelopeHash: envelopeHash)
    }
}

extension RecordWriter {
    /// What is under way is kept as queued: another process doesn't know the answer that this one waits for.
    fileprivate mutating func put(_ state: OutboxState) {
        switch state {
        case .queued(let notBefore, let failures):
            put(UInt8(1))
            put(notBefore)
            put(failures)
        case .submitted(_, let failures):
            put(UInt8(1))
            put(UInt64(0))
            put(failures)
        case .accepted(let custody):
            put(UInt8(2))
            put(custody.held)
            put(custody.replicas)
        case .failed(.expired): put(UInt8(3))
        case .failed(.refused(let code, let reason)):
            put(UInt8(4))
            put(code)
            put(reason)
        }
    }
}

extension RecordReader {
    fileprivate mutating func outboxState() throws(RecordError) -> OutboxState {
        switch try integer(UInt8.self) {
        case 1: .queued(notBefore: try integer(), failures: try integer())
        case 2: .accepted(Custody(held: try integer(), replicas: try integer()))
        case 3: .failed(.expired)
        case 4: .failed(.refused(code: try integer(), reason: try string()))
        default: throw RecordError()
        }
    }
}
