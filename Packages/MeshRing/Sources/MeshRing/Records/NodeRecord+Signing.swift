public import MeshCrypto

extension NodeRecord {
    /// What keeps these signatures apart from all others.
    public static let signatureContext = "mesh node record 1"

    /// Makes and signs a node's own record.
    public init(
        _ description: NodeDescription, network: NetworkID, incarnation: UInt64, standing: Standing = .active,
        signedBy identity: NodeIdentity
    ) throws(NodeRecordError) {
        if let fault = description.fault { throw fault }
        var bytes = Self.signedPart(
            description, network: network, node: identity.id, incarnation: incarnation, standing: standing)
        let signature = identity.sign(bytes, context: Self.signatureContext)
        signature.withUnsafeBytes { bytes.append(contentsOf: $0) }
        self.init(
            content: Content(
                network: network, node: identity.id, incarnation: incarnation, standing: standing,
                description: description, bytes: bytes))
    }

    /// Whether the node's key is valid and its signature fits (some 100 µs).
    public var isSigned: Bool {
        guard (try? NodeID(node.bytes)) != nil else { return false }
        return content.bytes.withUnsafeBytes { bytes in
            let end = bytes.count - Bytes64.byteCount
            return node.verifies(
                Bytes64(copying: .init(rebasing: bytes[end...])), of: .init(rebasing: bytes[..<end]),
                context: Self.signatureContext)
        }
    }
}
