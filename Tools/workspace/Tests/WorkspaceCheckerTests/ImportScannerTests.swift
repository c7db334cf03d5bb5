import Testing

@testable import WorkspaceChecker

@Suite struct ImportScannerTests {
    private func modules(_ source: String) -> [String] {
        ImportScanner.imports(in: SwiftLexer.tokens(of: source)).map(\.module)
    }

    @Test(
        "every form of an import is found",
        arguments: [
            "import Glibc", "public import Glibc", "@testable import Glibc", "internal import struct Glibc.tm",
            "@preconcurrency public import Glibc", "@_spi(Some) import Glibc", "import func Glibc.time",
            "import Glibc.stdio", "a(); import Glibc", "#if os(Linux)\nimport Glibc\n#endif",
            "@_exported\nimport Glibc",
            "import `Glibc`", "#if false\n#else\n  import /* c */ Glibc // d\n#endif", "package import class Glibc.X",
        ])
    func forms(source: String) {
        #expect(modules(source) == ["Glibc"])
    }

    @Test(
        "what only looks like an import is none",
        arguments: [
            "// import Glibc", "/* import Glibc */", "\"import Glibc\"", "\"\"\"\nimport Glibc\n\"\"\"",
            "#\"import Glibc\"#", "/// import Glibc\n", "#if canImport(Glibc)\n#endif", "x.import(y)",
            "f(import: y)", "let important = imports",
        ])
    func lookalikes(source: String) {
        #expect(modules(source).isEmpty)
    }

    @Test("attributes and the line go along")
    func attributes() {
        let source = "\n@testable @_spi(A) private import One\n@_exported public import Two\nimport Three"
        #expect(
            ImportScanner.imports(in: SwiftLexer.tokens(of: source)) == [
                ImportStatement(module: "One", line: 2, attributes: ["_spi", "testable"]),
                ImportStatement(module: "Two", line: 3, attributes: ["_exported"]),
                ImportStatement(module: "Three", line: 4, attributes: []),
            ])
    }
}
