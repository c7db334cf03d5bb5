/// What holds for every target of one kind.
public struct KindRules: Codable, Sendable {
    /// Modules that every target of the kind may import.
    public var imports: [String]?
    /// Modules that no target of the kind may import, whatever its own entry allows.
    public var forbiddenImports: [String]?
    /// Calls and names that may not stand in its sources.
    public var forbiddenUses: [ForbiddenUses]?
}

/// A group of forbidden calls with one reason.
public struct ForbiddenUses: Codable, Sendable {
    /// The rule's name in messages, such as "clock".
    public var rule: String
    /// What such a call does, such as "reads a clock".
    public var does: String
    /// What to do instead.
    public var instead: String
    /// The patterns; see `UsePattern` for their form.
    public var patterns: [String]
}
