import Foundation
import Testing

@testable import WorkspaceChecker

/// Rules about manifests, the list of packages and versions, each broken once in an else clean tree.
@Suite struct ManifestRuleTests {
    private static let base = "Packages/Base/Package.swift"
    private static let top = "Apps/Top/Package.swift"

    @Test("a package that is not listed, and one that is not there, are found")
    func packageList() throws {
        let fixture = try Fixture()
        try fixture.write("// swift-tools-version: 6.2\n", to: "Tools/extra/Package.swift")
        try fixture.write("", to: "Tools/extra/.build/checkouts/other/Package.swift")
        #expect(try fixture.places() == ["Tools/extra/Package.swift:1: package-list"])
        try fixture.remove("Tools")
        try fixture.remove("Apps/Top/Package.swift")
        #expect(try fixture.places().contains("workspace.json:20: package-list"))
    }

    @Test("a dependency that the workspace does not allow is found, on the package and on the target")
    func dependency() throws {
        let fixture = try Fixture()
        try fixture.replace(
            "\"dependencies\": [\"Base\"], \"targets\"", with: "\"dependencies\": [], \"targets\"",
            in: "workspace.json")
        #expect(try fixture.places() == ["\(Self.top):6: dependency"])
        try fixture.replace("\"shell\", \"dependencies\": [\"Base\"]", with: "\"shell\"", in: "workspace.json")
        #expect(
            try fixture.places() == [
                "\(Self.top):6: dependency", "\(Self.top):9: dependency", "Apps/Top/Sources/Top/main.swift:1: import",
            ])
    }

    @Test("an external package that is not listed, not allowed, or of another version is found")
    func external() throws {
        let fixture = try Fixture()
        let place = ".package(path: \"../../Packages/Base\"),"
        try fixture.replace(
            place, with: place + "\n.package(url: \"https://example.org/far\", from: \"1.0.0\"),", in: Self.top)
        let messages = try fixture.findings().map(\.message)
        #expect(messages.count == 2)
        #expect(messages.contains { $0.hasPrefix("Top may not depend on far.") })
        #expect(messages.contains { $0.contains("Write `from: \"1.2.0\"`") })
        try fixture.replace("example.org/far", with: "example.org/farther", in: Self.top)
        #expect(try fixture.findings().map(\.message).first?.contains("under `external`") == true)
    }

    @Test("missing settings, unsafe flags, an old tools version and another name are found")
    func settings() throws {
        let fixture = try Fixture()
        try fixture.replace(
            ".enableUpcomingFeature(\"ExistentialAny\"), .treatAllWarnings(as: .error)",
            with: ".unsafeFlags([\"-Ounchecked\"]), .swiftLanguageMode(.v5)", in: Self.top)
        try fixture.replace("name: \"Top\",\n    dep", with: "name: \"Topp\",\n    dep", in: Self.top)
        try fixture.replace("swift-tools-version: 6.2", with: "swift-tools-version: 6.1", in: Self.base)
        try fixture.replace(", .treatAllWarnings(as: .error)", with: "", in: Self.base)
        let places = try fixture.places()
        #expect(places.filter { $0 == "\(Self.top):9: settings" }.count == 4)
        #expect(places.contains("\(Self.top):4: manifest"))
        #expect(places.contains("\(Self.base):1: manifest"))
    }

    @Test("a target that is not listed, not there, or of another kind is found")
    func targets() throws {
        let fixture = try Fixture()
        try fixture.replace(
            "\"name\": \"BaseTests\", \"kind\": \"test\"",
            with: "\"name\": \"BaseTests\", \"kind\": \"shell\"", in: "workspace.json")
        try fixture.replace("{\"name\": \"Top\", \"kind\"", with: "{\"name\": \"Tip\", \"kind\"", in: "workspace.json")
        let targets = try fixture.findings().filter { $0.rule == "target" }.map(\.message)
        #expect(targets.count == 3)
        #expect(targets.contains { $0.hasPrefix("Top is not listed.") })
        #expect(targets.contains { $0.hasPrefix("has no target Tip") })
        #expect(targets.contains { $0.hasPrefix("BaseTests is a target of type test") })
    }

    @Test("a manifest that the package manager refuses is found, and the rest is still checked")
    func brokenManifest() throws {
        let fixture = try Fixture()
        try fixture.write("// swift-tools-version: 6.2\nnonsense\n", to: Self.base)
        try fixture.remove("Apps/Top/README.md")
        let places = try fixture.places()
        #expect(places.contains("\(Self.base):1: manifest"))
        #expect(places.contains("Apps/Top/README.md:1: documents"))
    }

    @Test("a version that the changelog lacks, and a missing changelog, are found")
    func changelog() throws {
        let fixture = try Fixture()
        try fixture.replace("0.2.0", with: "0.3.0", in: "workspace.json")
        #expect(try fixture.places() == ["Packages/Base/CHANGELOG.md:5: version"])
        let message = try #require(try fixture.findings().first?.message)
        #expect(message.hasPrefix("its top entry is 0.2.0, but Base is at 0.3.0."))
        try fixture.write("# Changelog\n", to: "Packages/Base/CHANGELOG.md")
        #expect(try fixture.places() == ["Packages/Base/CHANGELOG.md:1: version"])
        try fixture.remove("Packages/Base/CHANGELOG.md")
        #expect(try fixture.places() == ["Packages/Base/CHANGELOG.md:1: documents"])
    }

    @Test("a program that prints another version, or none, is found")
    func printedVersion() throws {
        let fixture = try Fixture()
        try fixture.replace("\"0.1.0\"", with: "\"0.1.1\"", in: "Apps/Top/Sources/Top/main.swift")
        #expect(try fixture.places() == ["Apps/Top/Sources/Top/main.swift:2: version"])
        try fixture.write("import Base\n", to: "Apps/Top/Sources/Top/main.swift")
        #expect(try fixture.places() == ["Apps/Top/Package.swift:1: version"])
        try fixture.write(
            "enum TopVersion { static let text = \"0.1.1\" }\n", to: "Apps/Top/Sources/Top/TopVersion.swift")
        #expect(try fixture.places() == ["Apps/Top/Sources/Top/TopVersion.swift:1: version"])
    }

    @Test("a test script that can't be run is found")
    func script() throws {
        let fixture = try Fixture()
        try fixture.replace("Tests/script.sh", with: "Tests/other.sh", in: "workspace.json")
        #expect(try fixture.places() == ["Tests/other.sh:1: package-list"])
    }

    @Test("a workspace file that is missing or no JSON is an error that names it")
    func workspaceFile() throws {
        let fixture = try Fixture()
        try fixture.write("{", to: "workspace.json")
        let malformed = #expect(throws: WorkspaceFileError.self) { try fixture.findings() }
        #expect(malformed?.description.contains("workspace.json: not a workspace file") == true)
        try fixture.remove("workspace.json")
        let missing = #expect(throws: WorkspaceFileError.self) { try fixture.findings() }
        #expect(missing?.description.contains("workspace.json: missing") == true)
    }
}
