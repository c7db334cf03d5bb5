/// A person's identity as others know it: an Ed25519 public key, as text `mesh1…`.
public struct UserID: KeyIdentifier {
    public static var textPrefix: String { "mesh" }
    public let bytes: Bytes32

    public init(trusted bytes: Bytes32) {
        self.bytes = bytes
    }
}
