public import MeshCrypto

/// Knows who is writing right now. A hint that lives in memory only, and ends by itself.
public struct TypingWatch: Hashable, Sendable {
    private struct Sign: Hashable, Sendable {
        /// By the peer's clock.
        var sentAt: UInt64
        /// By the own clock; nil once ended.
        var shownUntil: UInt64?
    }

    private var signs: [UserID: Sign] = [:]

    /// Nobody is writing.
    public init() {}

    /// Who is writing.
    public var writing: Set<UserID> { Set(signs.filter { $0.value.shownUntil != nil }.keys) }

    /// When ``onTick(now:)`` has somebody to end at the latest; nil while nobody writes.
    public var deadline: UInt64? { signs.values.compactMap(\.shownUntil).min() }

    /// A peer says that it is writing.
    ///
    /// A sign older than one that came before, or than the peer's last message, is a straggler or a repetition; one
    /// older than ``ChatLimits/typingAgeMilliseconds`` says nothing about now.
    /// - Returns: whether the peer was not shown as writing before, and is now.
    public mutating func onTyping(from peer: UserID, sentAtMilliseconds sentAt: UInt64, now: UInt64) -> Bool {
        let age = now > sentAt ? now - sentAt : sentAt - now
        guard age <= ChatLimits.typingAgeMilliseconds else { return false }
        if let last = signs[peer], sentAt <= last.sentAt { return false }
        let wasWriting = signs[peer]?.shownUntil != nil
        signs[peer] = Sign(sentAt: sentAt, shownUntil: now &+ ChatLimits.typingShownMilliseconds)
        return !wasWriting
    }

    /// A message of a peer came: what it was writing is there.
    /// - Returns: whether the peer was shown as writing.
    public mutating func onMessage(from peer: UserID, sentAtMilliseconds sentAt: UInt64) -> Bool {
        let last = signs[peer]
        guard let last, last.sentAt > sentAt else {
            signs[peer] = Sign(sentAt: sentAt, shownUntil: nil)
            return last?.shownUntil != nil
        }
        return false
    }

    /// Time has passed.
    /// - Returns: who is no longer writing.
    public mutating func onTick(now: UInt64) -> [UserID] {
        let ended = signs.filter { $0.value.shownUntil.map { $0 <= now } ?? false }.keys.sorted()
        for peer in ended { signs[peer]?.shownUntil = nil }
        return ended
    }
}
