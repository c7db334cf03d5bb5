/// The secrets that outlive a process: identities, the key of what lies on disk, and whatever comes later.
///
/// A value; ``encode(passphrase:cost:salt:nonce:)`` and ``decode(_:passphrase:)`` turn it into the bytes of a file and
/// back, ``VaultFile`` reads and writes that file. The bytes, numbers big-endian:
///
/// ```
/// magic "MESHVLT\n" 8 | format 1 | protection 1 | zero 2 | passes 4 | memory in KiB 4 | salt 16 | nonce 24
/// | content length 4 | content | checksum 32
/// content: number of entries 2, then each: kind 2 | label length 1 | label | length 4 | bytes
/// ```
///
/// With protection 1 the content is sealed by XChaCha20-Poly1305 (so 16 bytes longer), with everything before it as
/// associated data, under Argon2id version 1.3 of the passphrase, with one lane and 32 bytes of output. With protection
/// 0 it stands in the clear, and passes, memory, salt and nonce are zero. The checksum is BLAKE2b-256 (context
/// `mesh vault checksum 1`) of everything before it: it protects against accidents and tells damage from a wrong
/// passphrase; against people there is the seal.
public struct Vault: Sendable, Equatable {
    /// How a vault's content is protected on disk.
    public enum Protection: UInt8, Sendable {
        /// Not at all: who can read the file has the keys.
        case none = 0
        /// By a passphrase.
        case passphrase = 1
    }

    /// The one format there is.
    public static let formatVersion: UInt8 = 1
    /// Room for every entry that there may be, at its usual size; more bytes were not written by this program.
    public static let maximumBytes = 1_048_576
    /// Each entry takes protected memory when a vault is opened, of which a process has little (see ``SecretBytes``).
    public static let maximumEntries = 1_024

    /// The secrets, in the order of the file. Entries of one kind and label may repeat; the first counts.
    public var entries: [VaultEntry]

    /// A vault of these secrets.
    public init(entries: [VaultEntry] = []) {
        self.entries = entries
    }

    /// The first entry of a kind, and of a label if one is named.
    public func first(_ kind: VaultEntry.Kind, label: String? = nil) -> VaultEntry? {
        entries.first { $0.kind == kind && (label == nil || $0.label == label) }
    }

    /// The first person's identity, or that of a label.
    public func userIdentity(label: String? = nil) -> UserIdentity? {
        first(.userIdentity, label: label).map { UserIdentity(seed: $0.bytes) }
    }

    /// The first node's identity, or that of a label.
    public func nodeIdentity(label: String? = nil) -> NodeIdentity? {
        first(.nodeIdentity, label: label).map { NodeIdentity(seed: $0.bytes) }
    }

    /// The first storage key, or that of a label.
    public func storageKey(label: String? = nil) -> StorageKey? {
        first(.storageKey, label: label).map { StorageKey($0.bytes) }
    }

    /// Adds an identity; throws `labelTooLong`.
    public mutating func add(_ identity: UserIdentity, label: String = "") throws(VaultError) {
        entries.append(try VaultEntry(kind: .userIdentity, label: label, bytes: identity.copySeed()))
    }

    /// Adds an identity; throws `labelTooLong`.
    public mutating func add(_ identity: NodeIdentity, label: String = "") throws(VaultError) {
        entries.append(try VaultEntry(kind: .nodeIdentity, label: label, bytes: identity.copySeed()))
    }

    /// Adds a storage key; throws `labelTooLong`.
    public mutating func add(_ key: StorageKey, label: String = "") throws(VaultError) {
        entries.append(try VaultEntry(kind: .storageKey, label: label, bytes: key.master))
    }
}
