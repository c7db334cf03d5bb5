extension FuzzTarget {
    /// Every decoder that reads what others wrote.
    public static let all: [FuzzTarget] =
        WireTargets.all + IdentifierTargets.all + RingTargets.all + CryptoTargets.all + VaultTargets.all
        + ChatTargets.all + QueueTargets.all
}
