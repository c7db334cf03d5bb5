public import MeshCrypto

/// What a node says of itself, signed by it. Nobody else can change a byte of it, and it counts in one network only.
///
/// A value with one reference inside: copies share the bytes. Two records are equal if their bytes are.
public struct NodeRecord: Sendable {
    /// What the node says it is now.
    public enum Standing: UInt8, Sendable {
        /// It takes part.
        case active = 0
        /// It has gone for good, or until a record with a higher incarnation.
        case left = 1
    }

    let content: Content

    /// The parts, kept beside the bytes they were read from.
    final class Content: Sendable {
        let network: NetworkID
        let node: NodeID
        let incarnation: UInt64
        let standing: Standing
        let description: NodeDescription
        let bytes: [UInt8]

        init(
            network: NetworkID, node: NodeID, incarnation: UInt64, standing: Standing,
            description: NodeDescription, bytes: [UInt8]
        ) {
            self.network = network
            self.node = node
            self.incarnation = incarnation
            self.standing = standing
            self.description = description
            self.bytes = bytes
        }
    }

    init(content: Content) {
        self.content = content
    }
}

extension NodeRecord {
    /// The network it counts in.
    public var network: NetworkID { content.network }
    /// Whose record it is. Proven only after ``check(in:)`` or by a link's handshake: decoding doesn't look at the key.
    public var node: NodeID { content.node }
    /// Which of the node's records this is: a higher one replaces a lower one. It compares within one node only.
    public var incarnation: UInt64 { content.incarnation }
    /// Whether the node takes part or has left.
    public var standing: Standing { content.standing }
    /// The part that the operator sets.
    public var description: NodeDescription { content.description }
    /// The address that its place is made of.
    public var placementAddress: PlacementAddress { content.description.placementAddress }
    /// Which of the places of that address it takes.
    public var slot: UInt16 { content.description.slot }
    /// Where it can be dialled.
    public var endpoints: [Endpoint] { content.description.endpoints }
    /// The versions of the core protocol it speaks.
    public var protocolVersions: ClosedRange<UInt8> { content.description.protocolVersions }
    /// Name and version of its software.
    public var software: String { content.description.software }
    /// The bytes as they were signed, with the signature (at most ``maximumEncodedBytes``).
    public var encoded: [UInt8] { content.bytes }

    /// The endpoints at the placement address: answering at one of them is what proves the record.
    public var provingEndpoints: [Endpoint] { endpoints.filter { $0.address == placementAddress } }

    /// Whether this record replaces `other` of the same node: by higher incarnation; at the same one (which an honest
    /// node signs once) leaving wins, then the greater bytes, so that all who see both keep the same one.
    public func supersedes(_ other: NodeRecord) -> Bool {
        if incarnation != other.incarnation { return incarnation > other.incarnation }
        if standing != other.standing { return standing == .left }
        return other.encoded.lexicographicallyPrecedes(encoded)
    }
}

extension NodeRecord: Hashable {
    /// Equal bytes.
    public static func == (left: NodeRecord, right: NodeRecord) -> Bool {
        left.content === right.content || left.encoded == right.encoded
    }

    /// Node and incarnation, which differ between different honest records.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(node)
        hasher.combine(incarnation)
    }
}
