/// Something that must never be printed: `print`, interpolation, `dump`, `debugPrint` and `Mirror` all show the same
/// harmless words.
protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What is shown instead, without a secret in it.
    var redactedDescription: String { get }
}

extension Redacted {
    /// Says what this is, without the secret.
    public var description: String { redactedDescription }
    /// Says what this is, without the secret.
    public var debugDescription: String { redactedDescription }
    /// Shows no children, so that `dump` shows no secret.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
