/// A piece of Swift source that is neither white space nor a comment.
struct Token: Equatable {
    enum Kind: Equatable {
        /// A name or keyword; without its backticks.
        case identifier
        /// A name that stood in backticks, which is never a keyword.
        case quotedIdentifier
        /// One character that is nothing else.
        case punctuation
        case number
        /// A string literal's text without its interpolations, whose code follows as tokens of its own.
        case string
        case regex
    }

    var kind: Kind
    var text: String
    /// From 1.
    var line: Int

    var isName: Bool { kind == .identifier || kind == .quotedIdentifier }

    func `is`(_ punctuation: String) -> Bool {
        kind == .punctuation && text == punctuation
    }

    func isWord(_ word: String) -> Bool {
        kind == .identifier && text == word
    }
}
