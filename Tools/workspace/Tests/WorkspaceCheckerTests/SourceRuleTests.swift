import Foundation
import Testing

@testable import WorkspaceChecker

/// Rules about sources, each broken once in an else clean tree.
@Suite struct SourceRuleTests {
    private static let core = "Packages/Base/Sources/Base/Base.swift"
    private static let top = "Apps/Top/Sources/Top/main.swift"

    @Test("a clean tree has no findings")
    func clean() throws {
        #expect(try Fixture().findings() == [])
    }

    @Test("an import that is forbidden to a core is found, whatever the core's own entry allows")
    func forbiddenImport() throws {
        let fixture = try Fixture()
        try fixture.write("\n\npublic import struct Foundation.Date\n", to: Self.core)
        #expect(try fixture.places() == ["\(Self.core):3: import"])
        try fixture.replace(
            "\"kind\": \"core\"", with: "\"kind\": \"core\", \"imports\": [\"Foundation\"]", in: "workspace.json")
        #expect(try fixture.places() == ["\(Self.core):3: import"])
        let message = try #require(try fixture.findings().first?.description)
        #expect(message.hasPrefix("\(Self.core):3: import: Base is a core and may not import Foundation."))
    }

    @Test("an import that is not listed is found")
    func unlistedImport() throws {
        let fixture = try Fixture()
        try fixture.write("#if os(Linux)\nimport Glibc\n#endif\nlet version = \"0.1.0\"\n", to: Self.top)
        #expect(try fixture.places() == ["\(Self.top):2: import"])
    }

    @Test("an import that the workspace allows and the manifest does not declare is found")
    func undeclaredImport() throws {
        let fixture = try Fixture()
        try fixture.replace("dependencies: [\"Base\"]", with: "dependencies: []", in: "Apps/Top/Package.swift")
        let findings = try fixture.findings()
        #expect(findings.map(\.file) == [Self.top])
        #expect(findings.first?.message.contains("its manifest does not depend on") == true)
    }

    @Test("a testable import outside tests and a re-export of another package are found")
    func attributes() throws {
        let fixture = try Fixture()
        try fixture.write(
            "@testable import Base\n@_exported import Base\nlet version = \"0.1.0\"\n", to: Self.top)
        #expect(try fixture.places() == ["\(Self.top):1: import", "\(Self.top):2: import"])
    }

    @Test("a clock and a random number in a core are found, in comments and strings they are not")
    func impureCore() throws {
        let fixture = try Fixture()
        let source = #"""
            // Date()
            let a = "Date() \("x")"
            let b = "\(Date())"
            let c = Int.random(in: 0...9)
            let d = Int.random(in: 0...9, using: &generator)
            """#
        try fixture.write(source, to: Self.core)
        #expect(try fixture.places() == ["\(Self.core):3: clock", "\(Self.core):4: random"])
    }

    @Test("the same in a shell is nobody's business")
    func impureShell() throws {
        let fixture = try Fixture()
        try fixture.write("import Foundation\nlet version = \"0.1.0\"\nlet d = Date()\n", to: Self.top)
        #expect(try fixture.findings() == [])
    }
}
