import MeshChat
import MeshChatStore
import MeshCrypto

/// How people are called on the screen.
enum PersonName {
    /// The name that the user gave; else the one that they give themselves, marked by `~` because anybody can call
    /// themselves anything; else the id.
    static func text(_ person: Person?, id: UserID) -> String {
        if let name = person?.contact?.name { return name }
        if let name = person?.profile.name, !name.isEmpty { return "~\(SafeText.line(name)) (\(short(id)))" }
        return person?.contact == nil ? "\(id)" : short(id)
    }

    /// Whether a profile says nothing that a person would want to know: somebody goes by the name that the user gave.
    static func isNoNews(_ profile: Profile, of name: String) -> Bool { profile.name == name && profile.colour == nil }

    /// The beginning and the end of an id, for where the whole is too long and nothing depends on it.
    static func short(_ id: UserID) -> String {
        let text = "\(id)"
        return "\(text.prefix(10))\u{2026}\(text.suffix(4))"
    }
}
