import MeshChat

/// What stands in the last line of the screen: a function of the model.
enum ChatView {
    /// The line, cut where the cursor stands.
    struct Prompt: Equatable {
        let beforeCursor: String
        let afterCursor: String
    }

    /// At least so many columns are kept for what is being written.
    static let leastColumns = 10

    /// - Parameter columns: how wide the screen is.
    static func prompt(_ model: ChatModel, columns: Int) -> Prompt {
        var head = head(model)
        if CellWidth.of(head) > columns - leastColumns { head = "> " }
        // The last column stays free: a character in it makes some terminals go to the next line.
        let room = max(leastColumns, columns - CellWidth.of(head) - 1)
        let visible = window(model.editor.text.map(shown), cursor: model.editor.cursor, room: room)
        return Prompt(beforeCursor: head + visible.before, afterCursor: visible.after)
    }

    /// To whom, where the last message is, and what is going on.
    static func head(_ model: ChatModel) -> String {
        var parts: [String] = []
        if let current = model.current {
            parts.append(model.names[current] ?? "?")
            if let last = model.last[current] { parts.append(ChatText.mark(last.state)) }
        }
        let writing = model.watch.writing.compactMap { model.names[$0] }.sorted()
        if !writing.isEmpty { parts.append("(\(writing.joined(separator: ", ")) \(writing.count == 1 ? "is" : "are") typing)") }
        if !model.isConnected { parts.append("(offline)") }
        return parts.joined(separator: " ") + "> "
    }

    /// Line ends and tabs of a pasted text, as signs of one column.
    private static func shown(_ character: Character) -> Character {
        if character.isNewline { return "\u{21B5}" }
        return SafeText.line(String(character)).first ?? "\u{FFFD}"
    }

    /// The part around the cursor that fits into `room` columns.
    private static func window(_ text: [Character], cursor: Int, room: Int) -> (before: String, after: String) {
        guard CellWidth.of(text) > room else { return (String(text[..<cursor]), String(text[cursor...])) }
        var start = cursor
        var width = 1
        while start > 0, width + CellWidth.of(text[start - 1]) <= room {
            start -= 1
            width += CellWidth.of(text[start])
        }
        var end = cursor
        while end < text.count, width + CellWidth.of(text[end]) <= room {
            width += CellWidth.of(text[end])
            end += 1
        }
        let sign = start > 0 ? "\u{2026}" : ""
        return (sign + String(text[start..<cursor]), String(text[cursor..<end]))
    }
}
