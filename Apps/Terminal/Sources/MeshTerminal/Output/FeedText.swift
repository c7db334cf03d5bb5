import MeshChat
import MeshChatStore
import MeshCrypto

/// One line (or more, for a text of several) for something that happened.
struct FeedText {
    /// Looks up a person.
    let person: (UserID) -> Person?

    /// Where a line goes.
    enum Line: Equatable {
        case result(String)
        case hint(String)
        /// Nothing that a person would want to know.
        case nothing
    }

    /// For people.
    func plain(_ item: FeedItem) -> Line {
        let entry = item.entry
        let name = PersonName.text(person(entry.peer), id: entry.peer)
        switch (item.event, entry.content) {
        case (.shown, .received(let message, let late)): return received(message, late: late, entry, name)
        case (.shown, .gap(let gap)): return .hint(Self.gap(gap, name))
        case (.shown, .own): return .hint("a message of your own to \(name) was noted")
        case (.delivered, _): return .result("\(Self.time(entry)) \(name) has received: \(Self.excerpt(entry))")
        case (.read, _): return .result("\(Self.time(entry)) \(name) has read: \(Self.excerpt(entry))")
        }
    }

    /// For programs: one object a line, all fields always there.
    func json(_ item: FeedItem, now: UInt64) -> Line {
        let entry = item.entry
        switch (item.event, entry.content) {
        case (.shown, .received(let message, _)):
            switch message.event {
            case .text(let text): return .result(object("message", entry, text: text).text)
            case .profile(let profile): return .result(object("profile", entry, profile: profile).text)
            case .typing, .receipt, .unknown: return plain(item)
            }
        case (.shown, _): return plain(item)
        case (.delivered, _): return .result(object("delivered", entry, receivedAt: now).text)
        case (.read, _): return .result(object("read", entry, receivedAt: now).text)
        }
    }

    /// Somebody writes.
    func typing(_ sign: Session.TypingSign, json: Bool, now: UInt64) -> String {
        let person = person(sign.sender)
        guard json else { return "\(PersonName.text(person, id: sign.sender)) is typing" }
        return JSONText.object([
            ("event", .string("typing")), ("id", .null), ("from", .string("\(sign.sender)")),
            ("contact", .optional(person?.contact?.name)), ("text", .null),
            ("sentAt", .string(TimeText.rfc3339(sign.sentAtMilliseconds))),
            ("receivedAt", .string(TimeText.rfc3339(now))),
        ]).text
    }

    private func object(
        _ event: String, _ entry: HistoryEntry, text: String? = nil, profile: Profile? = nil, receivedAt: UInt64? = nil
    ) -> JSONText {
        var fields: [(String, JSONText)] = [
            ("event", .string(event)), ("id", .optional(entry.id.map { "\($0)" })), ("from", .string("\(entry.peer)")),
            ("contact", .optional(contactName(entry.peer))), ("text", .optional(text)),
            ("sentAt", .string(TimeText.rfc3339(entry.sentAtMilliseconds))),
            ("receivedAt", .string(TimeText.rfc3339(receivedAt ?? entry.receivedAtMilliseconds))),
        ]
        if let profile {
            fields += [("name", .string(profile.name)), ("colour", .optional(profile.colour.map { "\($0)" }))]
        }
        return .object(fields)
    }

    /// The name of a contact; a contact without one is called by its id, a stranger by nothing.
    private func contactName(_ id: UserID) -> String? {
        guard let contact = person(id)?.contact else { return nil }
        return contact.name ?? "\(id)"
    }

    private func received(_ message: ChatMessage, late: Bool, _ entry: HistoryEntry, _ name: String) -> Line {
        switch message.event {
        case .text(let text):
            let lines = SafeText.lines(text).split(separator: "\n", omittingEmptySubsequences: false)
            let mark = late ? " (late)" : ""
            return .result("\(Self.time(entry)) \(name)\(mark): \(lines.joined(separator: "\n    "))")
        case .profile(let profile):
            if PersonName.isNoNews(profile, of: name) { return .nothing }
            return .result("\(Self.time(entry)) \(name) \(Self.words(profile))")
        case .typing, .receipt, .unknown:
            return .hint("\(name) sent something that this version doesn't know; a newer one will show it")
        }
    }

    static func words(_ profile: Profile) -> String {
        let name = profile.name.isEmpty ? "goes without a name now" : "calls themselves \(SafeText.line(profile.name))"
        return profile.colour.map { "\(name), in \($0)" } ?? name
    }

    /// What is missing, in words.
    static func gap(_ gap: Gap, _ name: String) -> String {
        let some = gap.missing == 1 ? "1 message" : "\(gap.missing) messages"
        return "\(gap.isAtLeast ? "at least \(some)" : some) of \(name) did not come: recalled, or shown when they do"
    }

    private static func time(_ entry: HistoryEntry) -> String { TimeText.local(entry.sentAtMilliseconds) }

    /// The beginning of an own message.
    static func excerpt(_ entry: HistoryEntry) -> String {
        let text = SafeText.line(entry.text ?? "")
        return text.count > 40 ? "\(text.prefix(40))\u{2026}" : text
    }
}
