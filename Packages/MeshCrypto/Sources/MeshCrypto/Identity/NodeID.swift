/// A node's identity as others know it: an Ed25519 public key, as text `node1…`.
public struct NodeID: KeyIdentifier {
    /// `node`.
    public static var textPrefix: String { "node" }
    /// The public key.
    public let bytes: Bytes32

    /// Takes bytes that were proven to be a valid key before; nothing is checked.
    public init(trusted bytes: Bytes32) {
        self.bytes = bytes
    }
}
