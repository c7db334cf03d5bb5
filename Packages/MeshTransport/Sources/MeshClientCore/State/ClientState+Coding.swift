public import MeshCrypto
public import MeshRing

// magic 8 | version u8 | roster length u32 (0 for none) | roster as `MeshRing` encodes it | start node count u16 | each:
// location length u16, UTF-8, node 32 | former member count u16 | each: node 32, since u64 | BLAKE2b-128 of all that in
// the context `mesh client state 1`. Integers big-endian.
extension ClientState {
    /// The first bytes of a stored state.
    public static let magic: [UInt8] = Array("meshclnt".utf8)
    /// The version of the layout.
    public static let version: UInt8 = 1
    /// The largest stored state that is read: a full roster and everything else at its limit is below it.
    public static let maximumBytes = 8 * 1_024 * 1_024

    static let checksumContext = "mesh client state 1"
    /// `[`, a name, `]:65535`.
    static let maximumLocationBytes = StartAddress.maximumHostBytes + 8

    /// The bytes to keep.
    public func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(Self.version)
        let roster = roster?.encoded() ?? []
        bytes.appendInteger(UInt32(roster.count))
        bytes += roster
        bytes.appendInteger(UInt16(startNodes.count))
        for start in startNodes {
            bytes.appendInteger(UInt16(start.location.utf8.count))
            bytes += start.location.utf8
            bytes += start.node.bytes.bytes
        }
        bytes.appendInteger(UInt16(formerMembers.count))
        for former in formerMembers {
            bytes += former.node.bytes.bytes
            bytes.appendInteger(former.sinceMilliseconds)
        }
        bytes += Hash.blake2b16(context: Self.checksumContext, bytes).bytes
        return bytes
    }

    /// Reads what ``encoded()`` wrote. Any other bytes give a named error. Signatures aren't looked at: the file is its
    /// reader's own.
    public init(decoding bytes: [UInt8]) throws(ClientStateError) {
        guard bytes.count <= Self.maximumBytes else { throw .tooLong(got: bytes.count, allowed: Self.maximumBytes) }
        guard bytes.starts(with: Self.magic) else { throw .notAState }
        guard bytes.count >= Self.magic.count + 1 + Bytes16.byteCount else { throw .damaged }
        let found = bytes[Self.magic.count]
        guard found == Self.version else { throw .version(got: found, allowed: Self.version) }
        let body = bytes.dropLast(Bytes16.byteCount)
        guard let checksum = Bytes16(bytes[body.endIndex...]),
            Hash.blake2b16(context: Self.checksumContext, body) == checksum
        else { throw .damaged }
        var reader = StateReader(body.dropFirst(Self.magic.count + 1))
        roster = try reader.roster()
        startNodes = try reader.startNodes()
        formerMembers = try reader.formerMembers()
        guard reader.bytes.isEmpty else { throw .trailingBytes(count: reader.bytes.count) }
    }
}

/// Why bytes are no stored client state.
public enum ClientStateError: Error, Hashable, Sendable {
    /// More bytes than any state has.
    case tooLong(got: Int, allowed: Int)
    /// The first bytes are another file's.
    case notAState
    /// A layout this software doesn't know.
    case version(got: UInt8, allowed: UInt8)
    /// The checksum doesn't fit: the file was cut or changed.
    case damaged
    /// The bytes end inside a field.
    case endsEarly(field: String)
    /// The roster can't be used.
    case roster(RosterError)
    /// A record in the roster belongs to another network.
    case foreignRecord(NodeID)
    /// More entries than a table may have.
    case tooMany(field: String, got: Int, allowed: Int)
    /// Entries out of order, or twice.
    case disorder(field: String)
    /// A location that no start address has.
    case location
    /// Bytes follow the last field.
    case trailingBytes(count: Int)
}

extension ClientStateError: CustomStringConvertible {
    /// What is wrong with the stored state, and how to go on.
    public var description: String {
        switch self {
        case .tooLong(let got, let allowed):
            "the stored client state has \(got) bytes, at most \(allowed) are allowed; \(Self.remedy)"
        case .notAState: "this is no stored client state; \(Self.remedy)"
        case .version(let got, let allowed):
            "the stored client state has version \(got), this software knows \(allowed); a newer one wrote it"
        case .damaged: "the stored client state is damaged; \(Self.remedy)"
        case .endsEarly(let field): "the stored client state ends inside \(field); \(Self.remedy)"
        case .roster(let error): "\(error)"
        case .foreignRecord(let node): "the stored roster holds \(node) of another network; \(Self.remedy)"
        case .tooMany(let field, let got, let allowed):
            "the stored client state has \(got) \(field), at most \(allowed) are allowed; \(Self.remedy)"
        case .disorder(let field): "the stored client state's \(field) are out of order; \(Self.remedy)"
        case .location: "the stored client state names an impossible start address; \(Self.remedy)"
        case .trailingBytes(let count): "\(count) bytes follow the stored client state; \(Self.remedy)"
        }
    }

    private static let remedy = "delete it and connect through a known start address"
}
