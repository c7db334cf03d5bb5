/// What a node says in a ``CustodyReceipt`` of one message.
public struct CustodyEntry: Hashable, Sendable {
    /// What happened to a message at a node.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// It is on the node's stable storage.
        case stored = 0
        /// The node let go of it: the nodes whose turn it is hold it.
        case handedOver = 1
        /// It was removed by its recipient's proof.
        case removed = 2
        /// It was removed by its sender's proof, and this node had handed it out to nobody.
        case recalled = 3
        /// It was removed by its sender's proof, but the recipient may have got it from this node.
        case handedOut = 4
    }

    /// Bytes of a leaf: kind 1 | id 16.
    public static let byteCount = 1 + 16

    /// What happened.
    public let kind: Kind
    /// To which message; the id is a hash over everything in it, its recipient and expiry included.
    public let id: SubmissionID

    /// Takes the parts as they are.
    public init(_ kind: Kind, _ id: SubmissionID) {
        self.kind = kind
        self.id = id
    }

    /// The hash of its leaf (kind 1 | id 16) in the commit's tree.
    public var leafHash: Bytes32 {
        withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 1) { leaf in
            var writer = ByteWriter(leaf)
            writer.put(kind.rawValue)
            writer.put(id.bytes)
            return MerkleTree.leafHash(UnsafeRawBufferPointer(leaf))
        }
    }
}
