/// How much work Argon2id makes of a passphrase: for us once at each opening, for a guesser at each guess.
public struct VaultCost: Sendable, Equatable {
    /// RFC 9106's recommendation for where memory is short: 3 passes over 64 MiB (some 0.12 s on one core). Each command
    /// of a client opens its vault, so the gigabytes of the first recommendation would be felt.
    public static let recommended = VaultCost(trustedPasses: 3, memoryKibibytes: 65_536)
    /// The least that libsodium takes: 1 pass over 8 KiB. For tests; it protects nothing.
    public static let minimal = VaultCost(trustedPasses: 1, memoryKibibytes: 8)

    /// A gigabyte, so that a hostile file can't take more of the reader's memory.
    public static let maximumMemoryKibibytes = 1_048_576
    /// Passes times kibibytes: some five seconds of one core, so that a hostile file can't take hours.
    public static let maximumWork = 8 * 1_048_576

    /// How often Argon2id goes over its memory.
    public let passes: Int
    /// How much memory Argon2id fills, in KiB.
    public let memoryKibibytes: Int

    /// Takes a cost between ``minimal`` and the maxima; else throws `costOutOfBounds`.
    public init(passes: Int, memoryKibibytes: Int) throws(VaultError) {
        guard (1...Self.maximumWork).contains(passes), (8...Self.maximumMemoryKibibytes).contains(memoryKibibytes),
            passes * memoryKibibytes <= Self.maximumWork
        else { throw .costOutOfBounds(passes: passes, memoryKibibytes: memoryKibibytes) }
        self.init(trustedPasses: passes, memoryKibibytes: memoryKibibytes)
    }

    private init(trustedPasses: Int, memoryKibibytes: Int) {
        passes = trustedPasses
        self.memoryKibibytes = memoryKibibytes
    }
}
