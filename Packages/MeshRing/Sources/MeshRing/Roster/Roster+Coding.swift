import MeshCrypto

// How a roster lies on disk: version u8 | parameters 24 | count u32 | per member: state u8, state since u64, proven at
// u64 (0 for never), record length u16, record | BLAKE2b-128 of all that in the context `mesh roster file 1`.
extension Roster {
    /// The version of the layout.
    public static let version: UInt8 = 1
    /// The stated limit of a complete overlay is thousands of nodes; four times that is room, and 5 MB at most.
    public static let maximumMembers = 16_384

    static let checksumContext = "mesh roster file 1"

    /// The bytes to keep on disk.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: 64 + members.count * 256)
        writer.integer(Self.version)
        writer.raw(parameters.encoded())
        writer.integer(UInt32(members.count))
        for member in members {
            writer.integer(member.state.rawValue)
            writer.integer(member.stateSinceMilliseconds)
            writer.integer(member.provenAtMilliseconds ?? 0)
            writer.integer(UInt16(member.record.encoded.count))
            writer.raw(member.record.encoded)
        }
        writer.fixed(Hash.blake2b16(context: Self.checksumContext, writer.bytes))
        return writer.bytes
    }

    /// Reads what ``encoded()`` wrote; any other bytes give a named error. Signatures aren't looked at: the file is its
    /// reader's own.
    public init(decoding bytes: [UInt8]) throws(RosterError) {
        self = try bytes.withTypedBytes { (raw) throws(RosterError) in
            guard raw.count >= Bytes16.byteCount else { throw .damaged }
            let body = UnsafeRawBufferPointer(rebasing: raw.dropLast(Bytes16.byteCount))
            let checksum = Bytes16(copying: .init(rebasing: raw[body.count...]))
            guard Hash.blake2b16(context: Self.checksumContext, body) == checksum else { throw .damaged }
            var reader = ByteReader(body)
            return try reader.roster()
        }
    }
}

extension ByteReader {
    fileprivate mutating func roster() throws(RosterError) -> Roster {
        guard let version = integer(UInt8.self) else { throw .damaged }
        guard version == Roster.version else { throw .version(got: version, allowed: Roster.version) }
        guard let encoded = slice(NetworkParameters.encodedBytes) else { throw .damaged }
        var roster: Roster
        do { roster = Roster(parameters: try NetworkParameters(decoding: encoded)) } catch { throw .parameters(error) }
        guard let count = integer(UInt32.self) else { throw .damaged }
        guard count <= Roster.maximumMembers else {
            throw .tooManyMembers(got: Int(count), allowed: Roster.maximumMembers)
        }
        for _ in 0..<count { roster.put(try member()) }
        guard remaining == 0, roster.members.count == Int(count) else { throw .damaged }
        return roster
    }

    private mutating func member() throws(RosterError) -> Roster.Member {
        guard let state = integer(UInt8.self).flatMap(NodeState.init), let since = integer(UInt64.self),
            let provenAt = integer(UInt64.self), let count = integer(UInt16.self), let bytes = slice(Int(count))
        else { throw .damaged }
        let record: NodeRecord
        do { record = try NodeRecord(decoding: bytes) } catch { throw .record(error) }
        return Roster.Member(
            record, state: state, stateSinceMilliseconds: since, provenAtMilliseconds: provenAt == 0 ? nil : provenAt)
    }
}

/// Why bytes are no stored roster.
public enum RosterError: Error, Hashable, Sendable {
    /// The checksum or a length doesn't fit: the file was cut or changed.
    case damaged
    /// A layout this software doesn't know.
    case version(got: UInt8, allowed: UInt8)
    /// The network's parameters can't be used.
    case parameters(NetworkParametersError)
    /// More members than any roster has.
    case tooManyMembers(got: Int, allowed: Int)
    /// A member's record can't be read.
    case record(NodeRecordError)
}

extension RosterError: CustomStringConvertible {
    /// What is wrong with the stored roster, and how to go on.
    public var description: String {
        switch self {
        case .damaged: "the stored roster is damaged; delete it and join again through a known address"
        case .version(let got, let allowed):
            "the stored roster has version \(got); this software knows \(allowed), a newer one wrote it"
        case .parameters(let error): "the stored roster can't be used: \(error)"
        case .tooManyMembers(let got, let allowed):
            "the stored roster has \(got) members; at most \(allowed) are allowed"
        case .record(let error): "the stored roster can't be used: \(error)"
        }
    }
}
