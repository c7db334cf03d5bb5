/// An import as it stands in a source file.
struct ImportStatement: Equatable {
    var module: String
    var line: Int
    /// Attributes before it, such as `testable` or `_exported`.
    var attributes: [String]
}

/// Finds imports of every form: with access level, attributes, a kind (`import struct A.B`), a submodule, and in
/// every branch of `#if`.
enum ImportScanner {
    private static let kinds: Set<String> = [
        "actor", "class", "enum", "func", "let", "macro", "protocol", "struct", "typealias", "var",
    ]

    static func imports(in tokens: [Token]) -> [ImportStatement] {
        tokens.indices.compactMap { importStatement(at: $0, in: tokens) }
    }

    private static func importStatement(at index: Int, in tokens: [Token]) -> ImportStatement? {
        // After a dot or before a colon `import` is a member's or an argument's name.
        guard tokens[index].isWord("import") else { return nil }
        if index > 0, tokens[index - 1].is(".") { return nil }
        guard var name = tokens[safe: index + 1], name.isName else { return nil }
        if name.kind == .identifier, kinds.contains(name.text), let next = tokens[safe: index + 2], next.isName,
            next.line == name.line
        {
            name = next
        }
        return ImportStatement(
            module: name.text, line: tokens[index].line, attributes: attributes(before: index, in: tokens))
    }

    private static func attributes(before index: Int, in tokens: [Token]) -> [String] {
        var found: [String] = []
        var here = index - 1
        while let token = tokens[safe: here] {
            if token.is(")") {
                while let inner = tokens[safe: here], !inner.is("(") { here -= 1 }
                here -= 1
                continue
            }
            guard token.kind == .identifier else { break }
            if let at = tokens[safe: here - 1], at.is("@") {
                found.append(token.text)
                here -= 2
            } else if ["public", "package", "internal", "fileprivate", "private"].contains(token.text) {
                here -= 1
            } else {
                break
            }
        }
        return found
    }
}

extension Array {
    subscript(safe index: Int) -> Element? {
        indices.contains(index) ? self[index] : nil
    }
}
