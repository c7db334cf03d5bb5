import Testing

@testable import WorkspaceChecker

@Suite struct LexerTests {
    /// The code of a source, its tokens joined by spaces; strings as `""`.
    private func code(_ source: String) -> String {
        SwiftLexer.tokens(of: source).map { $0.kind == .string ? "\"\"" : $0.text }.joined(separator: " ")
    }

    @Test("comments, of a line, nested and unfinished, are no code")
    func comments() {
        #expect(code("a // import X\nb") == "a b")
        #expect(code("a /* b /* c */ d */ e") == "a e")
        #expect(code("a /* b") == "a")
        #expect(code("/// import Foundation\n//* x\na") == "a")
    }

    @Test("strings, of one line and of several, are no code")
    func strings() {
        #expect(code(#"f("import X", "a\"b", "")"#) == #"f ( "" , "" , "" )"#)
        #expect(code("x = \"\"\"\n  import X \"quoted\"\n  \\\"\"\" y\n  \"\"\"\nb") == "x = \"\" b")
        #expect(code("\"unfinished\nimport X") == "\"\" import X")
    }

    @Test("raw strings end at their own delimiter and keep plain backslashes")
    func rawStrings() {
        #expect(code(##"f(#"a " b \(x) \"#, y)"##) == #"f ( "" , y )"#)
        #expect(code(##"f(#"""#, y)"##) == #"f ( "" , y )"#)
        #expect(code("x = #\"\"\"\n  a \"\"\" import X\n  \"\"\"#\nb") == "x = \"\" b")
        #expect(code("f(##\"a \"# b\"##, y)") == #"f ( "" , y )"#)
    }

    @Test("interpolations are code, also nested, raw and in strings of several lines")
    func interpolations() {
        #expect(code(#""a \(f(x)) b""#) == #""" f ( x )"#)
        #expect(code(#""a \(g("b \(y)")) c" z"#) == #""" g ( "" y ) z"#)
        #expect(code(##"#"a \#(x) \(y)"# z"##) == #""" x z"#)
        #expect(code("\"\"\"\n \\(Date())\n \"\"\" z") == #""" Date ( ) z"#)
    }

    @Test("a regular expression is no code, and a division is no regular expression")
    func regularExpressions() {
        #expect(code(#"x = /"import\/ [a-z]/ y"#) == #"x = /"import\/ [a-z]/ y"#)
        #expect(SwiftLexer.tokens(of: #"x = /"/ y"#).map(\.kind).contains(.regex))
        #expect(SwiftLexer.tokens(of: #"x = #/a"b/# y"#).last?.text == "y")
        #expect(code("a / b / c") == "a / b / c")
        #expect(code("(a)/b + d/c") == "( a ) / b + d / c")
    }

    @Test("names in backticks are names and never keywords")
    func backticks() {
        let tokens = SwiftLexer.tokens(of: "func `a message, sent twice, comes once`() {}")
        #expect(tokens[1] == Token(kind: .quotedIdentifier, text: "a message, sent twice, comes once", line: 1))
        #expect(ImportScanner.imports(in: SwiftLexer.tokens(of: "x.`import`\n`import` y")).isEmpty)
    }

    @Test("line numbers count lines in comments and strings too")
    func lineNumbers() {
        let tokens = SwiftLexer.tokens(of: "/*\n\n*/ a\n\"\"\"\n\n\"\"\"\nb #\"\"\"\n\n\"\"\"# c")
        #expect(tokens.filter { $0.kind == .identifier }.map(\.line) == [3, 7, 9])
    }

    @Test(
        "any bytes give some tokens", arguments: ["\"", "\"\"\"", "#\"", "`", "/*", "\\", "\"\\", "\"\\(", "#/", "/\\"])
    func total(source: String) {
        #expect(SwiftLexer.tokens(of: source).count <= 3)
    }
}
