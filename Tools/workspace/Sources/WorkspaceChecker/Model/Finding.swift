/// One broken rule at one place.
public struct Finding: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// File, relative to the top of the tree.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// The rule's short name.
    public var rule: String
    /// What is wrong and what to do.
    public var message: String

    /// `file:line: rule: what, and what to do`.
    public var description: String { "\(file):\(line): \(rule): \(message)" }

    /// By file, then line, then rule.
    public static func < (a: Finding, b: Finding) -> Bool {
        (a.file, a.line, a.rule, a.message) < (b.file, b.line, b.rule, b.message)
    }
}
