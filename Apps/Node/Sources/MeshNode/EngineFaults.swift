/// Parts of the engine that a simulation takes away, to see that it finds the lack. What can be broken from outside, by
/// changing events and effects, isn't here.
@_spi(Simulation) public struct EngineFaults: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Takes any bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A hand-over under way doesn't hear that the sets have changed.
    public static let ignoresRosterChange = EngineFaults(rawValue: 1)
}
