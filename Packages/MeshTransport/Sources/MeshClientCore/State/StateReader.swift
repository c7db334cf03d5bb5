import MeshCrypto
import MeshRing

/// Reads a stored state's fields in order; every shortage is a named error.
struct StateReader {
    private(set) var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
        _ field: String, as: Value.Type = Value.self
    ) throws(ClientStateError) -> Value {
        try take(Value.bitWidth / 8, field).reduce(Value(0)) { $0 << 8 | Value($1) }
    }

    mutating func take(_ count: Int, _ field: String) throws(ClientStateError) -> ArraySlice<UInt8> {
        guard bytes.count >= count else { throw .endsEarly(field: field) }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    mutating func node(_ field: String) throws(ClientStateError) -> NodeID {
        guard let key = Bytes32(try take(Bytes32.byteCount, field)) else { throw .endsEarly(field: field) }
        return NodeID(trusted: key)
    }

    mutating func count(_ field: String, limit: Int) throws(ClientStateError) -> Int {
        let count = Int(try integer(field, as: UInt16.self))
        guard count <= limit else { throw .tooMany(field: field, got: count, allowed: limit) }
        return count
    }

    mutating func roster() throws(ClientStateError) -> Roster? {
        let length = Int(try integer("roster", as: UInt32.self))
        guard length > 0 else { return nil }
        let encoded = try take(length, "roster")
        let roster: Roster
        do { roster = try Roster(decoding: Array(encoded)) } catch { throw .roster(error) }
        let network = roster.parameters.id
        if let foreign = roster.members.first(where: { $0.record.network != network }) {
            throw .foreignRecord(foreign.node)
        }
        return roster
    }

    mutating func startNodes() throws(ClientStateError) -> [ClientState.StartNode] {
        let field = "start nodes"
        var nodes: [ClientState.StartNode] = []
        for _ in 0..<(try count(field, limit: ClientState.maximumStartNodes)) {
            let length = Int(try integer(field, as: UInt16.self))
            guard (1...ClientState.maximumLocationBytes).contains(length) else { throw .location }
            guard let location = String(validating: try take(length, field), as: UTF8.self) else { throw .location }
            if let last = nodes.last, last.location >= location { throw .disorder(field: field) }
            nodes.append(ClientState.StartNode(location: location, node: try node(field)))
        }
        return nodes
    }

    mutating func formerMembers() throws(ClientStateError) -> [ClientState.FormerMember] {
        let field = "former members"
        var members: [ClientState.FormerMember] = []
        for _ in 0..<(try count(field, limit: ClientLimits.formerMembers)) {
            let node = try node(field)
            if let last = members.last, last.node >= node { throw .disorder(field: field) }
            members.append(ClientState.FormerMember(node: node, sinceMilliseconds: try integer(field)))
        }
        return members
    }
}

extension [UInt8] {
    /// Big-endian.
    mutating func appendInteger(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
