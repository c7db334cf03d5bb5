/// A call or name that a kind of target may not use.
///
/// Forms, spaces aside:
///
///     ContinuousClock          the name, wherever it is used; not a type of that name which the target declares
///     clock_gettime            the same
///     Date(                    a call (or initializer) of that name
///     time(                    a call of the free function; not a method, nor a function that the target declares
///     .shuffled(               a call of any method of that name
///     static .now              a member of a type or an implicit one (`Date.now`, `= .now`), not of a value (`x.now`)
///     .random( without using   the call, unless one of its arguments has that label
///     Task {                   the name followed by that
struct UsePattern {
    let text: String
    private let tokens: [Token]
    private let isStatic: Bool
    private let excusingLabel: String?

    init(_ text: String) {
        self.text = text
        var words = SwiftLexer.tokens(of: text)
        isStatic = words.first?.isWord("static") == true
        if isStatic { words.removeFirst() }
        if words.count > 2, words[words.count - 2].isWord("without") {
            excusingLabel = words.last?.text
            words.removeLast(2)
        } else {
            excusingLabel = nil
        }
        tokens = words
    }

    /// The first name in the pattern: where this does not stand, the pattern does not.
    var anchor: String { tokens.first(where: \.isName)?.text ?? "" }

    /// How many tokens before its anchor the pattern begins.
    var anchorOffset: Int { tokens.firstIndex(where: \.isName) ?? 0 }

    /// Whether the pattern stands in the source at a token.
    /// - Parameter declared: names of the functions and types that the target itself declares.
    func matches(at index: Int, in source: [Token], declared: Set<String>) -> Bool {
        guard let first = tokens.first, let here = source[safe: index], here.text == first.text,
            index + tokens.count <= source.count,
            tokens.indices.allSatisfy({ Self.same(tokens[$0], source[index + $0]) })
        else { return false }
        let fits =
            first.is(".")
            ? source[safe: index - 1]?.is(".") != true && (!isStatic || isMemberOfType(at: index, in: source))
            : isUse(of: first.text, at: index, in: source, declared: declared)
        return fits && !isExcused(at: index + tokens.count - 1, in: source)
    }

    private static func same(_ pattern: Token, _ token: Token) -> Bool {
        pattern.text == token.text && (pattern.isName ? token.isName : pattern.kind == token.kind)
    }

    /// Not a declaration's name, and for a free function neither a method's nor the target's own.
    private func isUse(of name: String, at index: Int, in source: [Token], declared: Set<String>) -> Bool {
        let before = source[safe: index - 1]
        let declarations = ["func", "let", "var", "case", "struct", "class", "enum", "protocol", "typealias"]
        if let before, before.kind == .identifier, declarations.contains(before.text) { return false }
        let isFunction = name.first?.isLowercase == true
        // clock_gettime is nothing that a target would declare for itself; a call of `time(` might be.
        if isFunction, tokens.last?.is("(") != true { return true }
        return !declared.contains(name) && !(isFunction && before?.is(".") == true)
    }

    private func isMemberOfType(at dot: Int, in source: [Token]) -> Bool {
        guard let base = source[safe: dot - 1] else { return true }
        switch base.kind {
        case .identifier:
            let keywords = ["return", "in", "case", "where", "try", "await", "throw", "else", "is", "as", "default"]
            return base.text.first?.isUppercase == true || keywords.contains(base.text)
        case .quotedIdentifier, .string, .number, .regex: return false
        case .punctuation: return ![")", "]", "}", "?", "!"].contains(base.text)
        }
    }

    /// Whether the call that opens at a parenthesis has an argument with the excusing label.
    private func isExcused(at open: Int, in source: [Token]) -> Bool {
        guard let excusingLabel, source[open].is("(") else { return false }
        var depth = 0
        for index in open..<source.count {
            let token = source[index]
            if token.is("(") || token.is("[") || token.is("{") { depth += 1 }
            if token.is(")") || token.is("]") || token.is("}") { depth -= 1 }
            if depth == 0 { return false }
            if depth == 1, token.isName, token.text == excusingLabel, source[safe: index + 1]?.is(":") == true {
                return true
            }
        }
        return false
    }
}
