/// A person's identity as others know it: an Ed25519 public key, as text `mesh1…`.
public struct UserID: KeyIdentifier {
    /// `mesh`.
    public static var textPrefix: String { "mesh" }
    /// The public key.
    public let bytes: Bytes32

    /// Takes bytes that were proven to be a valid key before; nothing is checked.
    public init(trusted bytes: Bytes32) {
        self.bytes = bytes
    }
}
