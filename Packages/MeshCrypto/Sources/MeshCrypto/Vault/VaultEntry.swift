/// One secret in a ``Vault``.
public struct VaultEntry: Sendable, Equatable {
    /// What a secret is for. Kinds that this program doesn't know are kept as they are.
    public struct Kind: RawRepresentable, Hashable, Sendable {
        /// The number in the file.
        public let rawValue: UInt16

        /// Takes any number; 0…1,023 are this package's.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// The 32-byte seed of a ``UserIdentity``.
        public static let userIdentity = Kind(rawValue: 1)
        /// The 32-byte seed of a ``NodeIdentity``.
        public static let nodeIdentity = Kind(rawValue: 2)
        /// The 32 bytes of a ``StorageKey``.
        public static let storageKey = Kind(rawValue: 3)

        /// How many bytes an entry of this kind has.
        public var allowedBytes: ClosedRange<Int> {
            switch self {
            case .userIdentity, .nodeIdentity, .storageKey: 32...32
            default: 1...VaultEntry.maximumBytes
            }
        }
    }

    /// A label's length fits one byte of the file.
    public static let maximumLabelBytes = 255
    /// Room for any key there is, and far from filling a vault.
    public static let maximumBytes = 65_536

    /// What the secret is for.
    public let kind: Kind
    /// A name that tells entries of one kind apart: up to ``maximumLabelBytes`` of UTF-8.
    public let label: String
    /// The secret.
    public let bytes: SecretBytes

    /// Takes a secret; throws `labelTooLong` or `wrongEntryLength`.
    public init(kind: Kind, label: String, bytes: SecretBytes) throws(VaultError) {
        let labelBytes = label.utf8.count
        guard labelBytes <= Self.maximumLabelBytes else {
            throw .labelTooLong(got: labelBytes, allowed: Self.maximumLabelBytes)
        }
        guard kind.allowedBytes.contains(bytes.count) else {
            throw .wrongEntryLength(got: bytes.count, allowed: kind.allowedBytes)
        }
        self.kind = kind
        self.label = label
        self.bytes = bytes
    }
}
