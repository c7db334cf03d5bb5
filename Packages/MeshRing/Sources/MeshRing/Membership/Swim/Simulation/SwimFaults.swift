/// Parts of the protocol that a simulation takes away, to see that their lack is found.
@_spi(Simulation) public struct SwimFaults: OptionSet, Sendable {
    /// One bit a part.
    public let rawValue: Int

    /// Takes the bits as they are.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Down on suspicion alone.
    public static let noConfirmations = SwimFaults(rawValue: 1)
    /// A suspect's answers and newer records clear nothing.
    public static let noRefutation = SwimFaults(rawValue: 2)
    /// Records are believed without a dial.
    public static let noProof = SwimFaults(rawValue: 4)
}
