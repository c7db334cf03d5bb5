import MeshCrypto

/// Ids, as bytes and as text.
enum IdentifierTargets {
    static let all = [text, payloads, bytes]

    /// What people type and paste.
    static let text = FuzzTarget("id-text") {
        [Samples.alice.id.description, Samples.node(1).id.description, Samples.bob.id.description.uppercased()]
            .map { Array($0.utf8) }
    } check: { input throws(FuzzFinding) in
        try check(text: String(decoding: input, as: UTF8.self))
    }

    /// Any bytes below a checksum that fits: the first byte chooses the prefix.
    static let payloads = FuzzTarget("id-payloads") {
        [[0] + Samples.alice.id.bytes.bytes, [1] + Samples.node(1).id.bytes.bytes]
    } check: { input throws(FuzzFinding) in
        guard let choice = input.first else { return .refused }
        let prefix = choice.isMultiple(of: 2) ? UserID.textPrefix : NodeID.textPrefix
        return try check(text: Bech32m.encode(prefix: prefix, bytes: input[1...].prefix(Bech32m.maximumBytes - 3)))
    }

    /// 32 bytes: is it a key?
    static let bytes = FuzzTarget("id-bytes") {
        [Samples.alice.id.bytes.bytes, Samples.node(1).id.bytes.bytes]
    } check: { input throws(FuzzFinding) in
        guard let bytes = Bytes32(input), let id = try? UserID(bytes) else { return .refused }
        _ = id.agreementKey
        return try check(text: id.description)
    }

    private static func check(text: String) throws(FuzzFinding) -> FuzzTarget.Verdict {
        let user = try? UserID(text: text)
        let node = try? NodeID(text: text)
        if let user {
            try FuzzFinding.require(user.description == text.lowercased(), "\(text) becomes \(user)")
            _ = user.agreementKey
        }
        if let node { try FuzzFinding.require(node.description == text.lowercased(), "\(text) becomes \(node)") }
        try FuzzFinding.require(user == nil || node == nil, "\(text) is taken as a user and as a node")
        return user == nil && node == nil ? .refused : .accepted
    }
}
