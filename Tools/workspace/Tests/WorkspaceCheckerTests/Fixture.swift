import Foundation

@testable import WorkspaceChecker

/// A small clean tree in a directory of its own, to break rules in: the package Base with a core and its tests, the
/// application Top that uses it, and a test script.
final class Fixture {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("workspace-fixture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for (path, text) in Self.files { try write(text, to: path) }
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: root.appendingPathComponent("Tests/script.sh").path)
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    func write(_ text: String, to path: String) throws {
        let file = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func replace(_ old: String, with new: String, in path: String) throws {
        let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
        precondition(text.contains(old), "\(path) does not hold \(old)")
        try write(text.replacingOccurrences(of: old, with: new), to: path)
    }

    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: root.appendingPathComponent(path))
    }

    /// Findings as `file:line: rule`, without their messages.
    func places() throws -> [String] {
        try findings().map { "\($0.file):\($0.line): \($0.rule)" }
    }

    func findings() throws -> [Finding] {
        try Checker(root: root, scratch: root.appendingPathComponent(".scratch")).findings()
    }

    private static let files = [
        "workspace.json": workspace,
        "Packages/Base/Package.swift": baseManifest,
        "Packages/Base/README.md": "# Base\n",
        "Packages/Base/CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-01-02\n\n## [0.1.0]\n",
        "Packages/Base/Sources/Base/Base.swift": "public let base = 1\n",
        "Packages/Base/Tests/BaseTests/BaseTests.swift": "import Testing\n@testable import Base\n",
        "Apps/Top/Package.swift": topManifest,
        "Apps/Top/README.md": "# Top\n",
        "Apps/Top/CHANGELOG.md": "## [0.1.0]\n",
        "Apps/Top/Sources/Top/main.swift": "import Base\nlet version = \"0.1.0\"\n",
        "Tests/script.sh": "#!/bin/sh\n",
    ]

    private static let workspace = """
        {
          "swiftTools": "6.2",
          "features": ["ExistentialAny"],
          "external": {"far": {"url": "https://example.org/far", "from": "1.2.0", "products": ["Far"]}},
          "kinds": {
            "core": {
              "forbiddenImports": ["Foundation"],
              "forbiddenUses": [
                {"rule": "clock", "does": "reads a clock", "instead": "Take the time.", "patterns": ["Date("]},
                {"rule": "random", "does": "draws", "instead": "Take it.", "patterns": [".random( without using"]}
              ]
            },
            "test": {"imports": ["Testing"]}
          },
          "packages": [
            {"name": "Base", "path": "Packages/Base", "version": "0.2.0", "dependencies": [], "targets": [
              {"name": "Base", "kind": "core"},
              {"name": "BaseTests", "kind": "test", "dependencies": ["Base"]}
            ]},
            {"name": "Top", "path": "Apps/Top", "version": "0.1.0", "printsVersion": true,
             "dependencies": ["Base"], "targets": [
              {"name": "Top", "kind": "shell", "dependencies": ["Base"], "imports": ["Foundation"]}
            ]}
          ],
          "scripts": [{"name": "Script", "run": "Tests/script.sh"}]
        }
        """

    private static let settings =
        "swiftSettings: [.enableUpcomingFeature(\"ExistentialAny\"), .treatAllWarnings(as: .error)]"

    private static let baseManifest = """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
            name: "Base",
            products: [.library(name: "Base", targets: ["Base"])],
            targets: [
                .target(name: "Base", \(settings)),
                .testTarget(name: "BaseTests", dependencies: ["Base"], \(settings)),
            ])

        """

    private static let topManifest = """
        // swift-tools-version: 6.2
        import PackageDescription
        let package = Package(
            name: "Top",
            dependencies: [
                .package(path: "../../Packages/Base"),
            ],
            targets: [
                .executableTarget(name: "Top", dependencies: ["Base"], \(settings)),
            ])

        """
}
