import MeshChat
import MeshCrypto

/// What stands sealed about who had a submission, and what its recipient told.
struct CustodyRecord {
    let id: SubmissionID
    let expirySeconds: UInt32
    /// What the recipient's proof has to fit.
    let acknowledgementHash: ProofHash
    var receipts: [CustodyReceipt] = []
    var proof: ProofSecret?
    /// When the recipient's word came, in milliseconds since 1970; 0 for not yet.
    var provenAt: UInt64 = 0
    var deliveredAt: UInt64 = 0
    var readAt: UInt64 = 0

    private static let version: UInt8 = 1

    /// One of each kind from each node of a set is a dozen: more are somebody's play.
    static let receiptLimit = 32

    init(_ submission: OutgoingSubmission) {
        id = submission.id
        expirySeconds = submission.expirySeconds
        acknowledgementHash = submission.acknowledgementHash
    }

    /// - Returns: whether it is new.
    mutating func add(_ receipt: CustodyReceipt) -> Bool {
        let isKnown = receipts.contains { $0.commit.node == receipt.commit.node && $0.entries == receipt.entries }
        guard !isKnown, receipts.count < Self.receiptLimit else { return false }
        receipts.append(receipt)
        return true
    }

    /// How many nodes have signed that they have it, or had until it was removed by proof.
    var held: UInt8 {
        let holders = receipts.filter { receipt in
            receipt.entries.contains { $0.id == id && ($0.kind == .stored || $0.kind == .removed) }
        }
        return UInt8(clamping: Set(holders.map(\.commit.node)).count)
    }

    var bytes: [UInt8] {
        var writer = RecordWriter()
        writer.put(Self.version)
        writer.put(id.bytes)
        writer.put(expirySeconds)
        writer.put(acknowledgementHash.bytes)
        writer.put(receipts) { $0.put($1.encoded) }
        writer.put(proof) { $0.put($1.bytes) }
        writer.put(provenAt)
        writer.put(deliveredAt)
        writer.put(readAt)
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(RecordError) {
        var reader = RecordReader(bytes)
        guard try reader.integer(UInt8.self) == Self.version else { throw RecordError() }
        id = SubmissionID(try reader.fixed())
        expirySeconds = try reader.integer()
        acknowledgementHash = ProofHash(try reader.fixed())
        receipts = try reader.list { (reader) throws(RecordError) in
            let bytes = try reader.bytes()
            do { return try CustodyReceipt(decoding: bytes) } catch { throw RecordError() }
        }
        proof = try reader.optional { (reader) throws(RecordError) in ProofSecret(try reader.fixed()) }
        provenAt = try reader.integer()
        deliveredAt = try reader.integer()
        readAt = try reader.integer()
        try reader.finish()
    }
}
