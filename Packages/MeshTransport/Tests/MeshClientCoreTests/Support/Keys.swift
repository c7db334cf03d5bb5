import MeshCrypto

/// Identities made from small numbers, so that every run has the same.
enum Keys {
    static func node(_ number: UInt8) -> NodeIdentity { NodeIdentity(seed: seed(1, number)) }
    static func user(_ number: UInt8) -> UserIdentity { UserIdentity(seed: seed(2, number)) }

    private static func seed(_ kind: UInt8, _ number: UInt8) -> SecretBytes {
        ([kind] + Array(repeating: number, count: 31)).withUnsafeBytes { SecretBytes(copying: $0) }
    }
}
