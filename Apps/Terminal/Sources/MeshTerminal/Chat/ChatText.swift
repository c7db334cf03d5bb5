import MeshChat
import MeshChatStore

/// Entries as lines of `mesh chat`.
enum ChatText {
    /// Where an own message is, in a sign or two.
    static func mark(_ state: OwnMessageState) -> String {
        switch state {
        case .queued: "\u{2026}"
        case .failed: "!"
        case .accepted: "\u{2713}"
        case .delivered: "\u{2713}\u{2713}"
        case .read: "\u{2713}\u{2713} read"
        }
    }

    /// The same without words.
    static func sign(_ state: OwnMessageState) -> String { state == .read ? mark(.delivered) : mark(state) }

    /// Time, name and words; nil for what is nothing to look at.
    static func line(_ entry: HistoryEntry, name: String, marksState: Bool) -> String? {
        let time = TimeText.localClock(entry.sentAtMilliseconds)
        switch entry.content {
        case .received(let message, let late):
            switch message.event {
            case .text(let text): return "\(time) \(name)\(late ? " (late)" : ""): \(words(text))"
            case .profile(let profile):
                return PersonName.isNoNews(profile, of: name) ? nil : "\(time) * \(name) \(FeedText.words(profile))"
            case .unknown: return "\(time) * \(name) sent something that this version doesn't know"
            case .typing, .receipt: return nil
            }
        case .own(let message, let state, _):
            guard case .text(let text) = message.event else { return nil }
            return "\(time) you: \(words(text))\(marksState ? "  \(mark(state))" : "")"
        case .gap(let gap): return "\(time) * \(FeedText.gap(gap, name))"
        }
    }

    /// Further lines of a text stand under its first.
    private static func words(_ text: String) -> String {
        SafeText.lines(text).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      ")
    }
}
