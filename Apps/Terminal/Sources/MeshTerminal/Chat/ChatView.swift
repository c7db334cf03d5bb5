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
        let head = heads(model).first { CellWidth.of($0) <= columns - leastColumns } ?? "> "
        // The last column stays free: a character in it makes some terminals go to the next line.
        let room = max(leastColumns, columns - CellWidth.of(head) - 1)
        let visible = window(model.editor.text.map(shown), cursor: model.editor.cursor, room: room)
        return Prompt(beforeCursor: head + visible.before, afterCursor: visible.after)
    }

    /// To whom, where the last message is, and what is going on; then the same in ever fewer words, for narrow screens.
    static func heads(_ model: ChatModel) -> [String] {
        let name = model.current.map { model.names[$0] ?? "?" }
        let state = model.current.flatMap { model.last[$0] }.map { ChatText.mark($0.state) }
        let sign = model.current.flatMap { model.last[$0] }.map { ChatText.sign($0.state) }
        let writers = model.watch.writing.compactMap { model.names[$0] }.sorted()
        let verb = writers.count == 1 ? "is" : "are"
        let writing = writers.isEmpty ? nil : "(\(writers.joined(separator: ", ")) \(verb) typing)"
        let short = writers.isEmpty ? nil : "(typing)"
        let offline = model.isConnected ? nil : "(offline)"
        return [[name, state, writing, offline], [name, sign, short, offline], [name, short], [name]].map {
            $0.compactMap { $0 }.joined(separator: " ") + "> "
        }
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
