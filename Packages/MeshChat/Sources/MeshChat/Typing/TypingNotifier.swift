/// Says when to tell one peer that the user is writing: at the first key, then every
/// ``ChatLimits/typingIntervalMilliseconds`` while keys go on.
public struct TypingNotifier: Hashable, Sendable {
    private var lastSent: UInt64?

    /// Nothing was written yet.
    public init() {}

    /// The user changed the text.
    /// - Returns: whether to send ``ChatEvent/typing`` now.
    public mutating func onInput(now: UInt64) -> Bool {
        if let lastSent, now >= lastSent, now - lastSent < ChatLimits.typingIntervalMilliseconds { return false }
        lastSent = now
        return true
    }

    /// The text was sent or deleted: the next key starts anew.
    public mutating func onFinished() {
        lastSent = nil
    }
}
