/// The line that is being written, edited by keys: a value, without a screen.
struct LineEditor: Equatable, Sendable {
    /// What came of a key.
    enum Outcome: Equatable, Sendable {
        /// Nothing to be seen.
        case unchanged
        /// The cursor moved.
        case moved
        /// The text is another.
        case changed
        /// The line is finished.
        case finished(String)
        /// Its writer wants to go.
        case quit
    }

    /// How many finished lines are remembered.
    static let rememberedLines = 100

    private(set) var text: [Character] = []
    /// In front of which character the cursor stands.
    private(set) var cursor = 0
    private var former: [[Character]] = []
    /// Which of the former lines is shown; their count for the present one.
    private var shown = 0
    private var present: [Character] = []

    var string: String { String(text) }

    mutating func take(_ key: Key) -> Outcome {
        switch key {
        case .character(let character): return insert([character])
        case .paste(let text): return insert(Array(text))
        case .enter: return finish()
        case .backspace: return remove(from: cursor - 1)
        case .delete: return remove(from: cursor, to: cursor + 1)
        case .wordBackspace: return remove(from: wordStart)
        case .clearLine: return remove(from: 0)
        case .clearRest: return remove(from: cursor, to: text.count)
        case .left: return move(to: cursor - 1)
        case .right: return move(to: cursor + 1)
        case .home: return move(to: 0)
        case .end: return move(to: text.count)
        case .up: return show(shown - 1)
        case .down: return show(shown + 1)
        case .redraw: return .moved
        case .interrupt: return text.isEmpty ? .quit : clear()
        case .endOfInput: return text.isEmpty ? .quit : remove(from: cursor, to: cursor + 1)
        }
    }

    private mutating func insert(_ characters: [Character]) -> Outcome {
        guard !characters.isEmpty else { return .unchanged }
        // A combining mark belongs to the character before it: joining texts makes it so.
        let left = Array(String(text[..<cursor]) + String(characters))
        text = left + text[cursor...]
        cursor = left.count
        return .changed
    }

    private mutating func remove(from start: Int, to end: Int? = nil) -> Outcome {
        let range = max(0, start)..<min(end ?? cursor, text.count)
        guard range.lowerBound < range.upperBound else { return .unchanged }
        text.removeSubrange(range)
        cursor = range.lowerBound
        return .changed
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, text[index - 1].isWhitespace { index -= 1 }
        while index > 0, !text[index - 1].isWhitespace { index -= 1 }
        return index
    }

    private mutating func move(to position: Int) -> Outcome {
        let position = min(max(0, position), text.count)
        guard position != cursor else { return .unchanged }
        cursor = position
        return .moved
    }

    private mutating func show(_ index: Int) -> Outcome {
        guard index >= 0, index <= former.count, index != shown else { return .unchanged }
        if shown == former.count { present = text }
        shown = index
        text = index == former.count ? present : former[index]
        cursor = text.count
        return .changed
    }

    private mutating func clear() -> Outcome {
        text = []
        cursor = 0
        shown = former.count
        return .changed
    }

    private mutating func finish() -> Outcome {
        let line = string
        if !text.isEmpty, former.last != text { former.append(text) }
        if former.count > Self.rememberedLines { former.removeFirst() }
        _ = clear()
        return .finished(line)
    }
}
