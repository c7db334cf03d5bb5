/// Why bytes are no receipt.
public enum CustodyReceiptError: Error, Equatable, Sendable {
    /// They end within a field.
    case truncated(got: Int)
    /// Bytes are left over behind the last field.
    case trailingBytes(count: Int)
    /// More entries or hashes than allowed, or no entry.
    case count(field: String, got: Int, allowed: Int)
    /// An entry of a kind without a meaning.
    case kind(got: UInt8)
}

extension CustodyReceiptError: CustomStringConvertible {
    /// What is wrong, in words for a person.
    public var description: String {
        switch self {
        case .truncated(let got): "a receipt ends within a field, after \(got) bytes"
        case .trailingBytes(let count): "a receipt is followed by \(count) bytes more"
        case .count(let field, let got, let allowed): "a receipt has \(got) \(field), 1 to \(allowed) are allowed"
        case .kind(let got): "a receipt's entry has the kind \(got), which has no meaning"
        }
    }
}

/// Layout: node 32 | number 8 | time 8 | leaf count 4 | signature 64 | first 4 | n 1, n ≤ 32 hashes of 32 | m 2, m of 1…512
/// entries: kind 1, id 16. Integers are big-endian.
extension CustodyReceipt {
    private static let fixedBytes = 32 + 8 + 8 + 4 + 64 + 4 + 1 + 2

    /// Bytes of the longest receipt.
    public static let maximumBytes =
        fixedBytes + 32 * MerkleRange.maximumHashes + CustodyEntry.byteCount * maximumEntries

    /// Bytes of this receipt.
    public var encodedSize: Int {
        Self.fixedBytes + 32 * hashes.count + CustodyEntry.byteCount * entries.count
    }

    /// The receipt as it goes over the wire and to disk.
    public var encoded: [UInt8] {
        let size = encodedSize
        return [UInt8](unsafeUninitializedCapacity: size) { memory, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            write(into: &writer)
            precondition(writer.rest.isEmpty, "a receipt's size was reckoned wrong")
            count = size
        }
    }

    private func write(into writer: inout ByteWriter) {
        writer.put(commit.node.bytes)
        writer.put(commit.number)
        writer.put(commit.timeMilliseconds)
        writer.put(commit.leafCount)
        writer.put(commit.signature)
        writer.put(first)
        writer.put(UInt8(hashes.count))
        for hash in hashes { writer.put(hash) }
        writer.put(UInt16(entries.count))
        for entry in entries {
            writer.put(entry.kind.rawValue)
            writer.put(entry.id.bytes)
        }
    }

    /// Reads a receipt from any bytes. Nothing is verified: see ``isValid(in:)``.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(CustodyReceiptError) {
        var reader = ByteReader(bytes)
        let truncated = CustodyReceiptError.truncated(got: bytes.count)
        guard let node = reader.fixed(Bytes32.self), let number = reader.integer(UInt64.self),
            let time = reader.integer(UInt64.self), let leafCount = reader.integer(UInt32.self),
            let signature = reader.fixed(Bytes64.self), let first = reader.integer(UInt32.self),
            let hashCount = reader.integer(UInt8.self)
        else { throw truncated }
        guard hashCount <= MerkleRange.maximumHashes else {
            throw .count(field: "hashes", got: Int(hashCount), allowed: MerkleRange.maximumHashes)
        }
        var hashes: [Bytes32] = []
        for _ in 0..<hashCount {
            guard let hash = reader.fixed(Bytes32.self) else { throw truncated }
            hashes.append(hash)
        }
        let entries = try Self.entries(&reader, truncated)
        guard reader.rest.isEmpty else { throw .trailingBytes(count: reader.rest.count) }
        self.init(
            commit: CustodyCommit(
                node: NodeID(trusted: node), number: number, timeMilliseconds: time, leafCount: leafCount,
                signature: signature), first: first, entries: entries, hashes: hashes)
    }

    /// Reads a receipt from any bytes.
    public init(decoding bytes: [UInt8]) throws(CustodyReceiptError) {
        self = try bytes.withUnsafeBytes { memory in
            Result { () throws(CustodyReceiptError) in try CustodyReceipt(decoding: memory) }
        }.get()
    }

    private static func entries(
        _ reader: inout ByteReader, _ truncated: CustodyReceiptError
    ) throws(CustodyReceiptError) -> [CustodyEntry] {
        guard let count = reader.integer(UInt16.self) else { throw truncated }
        guard (1...maximumEntries).contains(Int(count)) else {
            throw .count(field: "entries", got: Int(count), allowed: maximumEntries)
        }
        var entries: [CustodyEntry] = []
        for _ in 0..<count {
            guard let raw = reader.integer(UInt8.self), let id = reader.fixed(Bytes16.self) else { throw truncated }
            guard let kind = CustodyEntry.Kind(rawValue: raw) else { throw .kind(got: raw) }
            entries.append(CustodyEntry(kind, SubmissionID(id)))
        }
        return entries
    }
}
