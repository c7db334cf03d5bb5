/// A node's identity as others know it: an Ed25519 public key, as text `node1…`.
public struct NodeID: KeyIdentifier {
    public static var textPrefix: String { "node" }
    public let bytes: Bytes32

    public init(trusted bytes: Bytes32) {
        self.bytes = bytes
    }
}
