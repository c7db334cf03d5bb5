import Foundation

/// A package has one version: in the workspace, on top of its changelog, and in what its program prints.
enum VersionRules {
    static func findings(in tree: Tree) -> [Finding] {
        tree.workspace.packages.flatMap { package -> [Finding] in
            guard let version = package.version else { return [] }
            return changelog(of: package, version: version, in: tree)
                + (package.printsVersion == true ? printed(by: package, version: version, in: tree) : [])
        }
    }

    private static func changelog(of package: WorkspacePackage, version: String, in tree: Tree) -> [Finding] {
        let path = "\(package.path)/CHANGELOG.md"
        guard let text = tree.text(of: path) else { return [] }
        func finding(_ line: Int, _ what: String) -> [Finding] {
            let todo = "Add the entry `## [\(version)] - DATE`, or correct \(Workspace.fileName)."
            return [Finding(file: path, line: line, rule: "version", message: "\(what) \(todo)")]
        }
        guard let top = topEntry(of: text) else {
            return finding(1, "has no entry; \(package.name) is at \(version).")
        }
        guard top.version != version else { return [] }
        return finding(top.line, "its top entry is \(top.version), but \(package.name) is at \(version).")
    }

    /// The first `## [VERSION]` that is not `[Unreleased]`.
    static func topEntry(of changelog: String) -> (version: String, line: Int)? {
        let lines = changelog.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.hasPrefix("## [") {
            let version = line.dropFirst(4).prefix { $0 != "]" }
            if version.lowercased() != "unreleased" { return (String(version), index + 1) }
        }
        return nil
    }

    /// Holds every constant that is a literal of three numbers against the package's version, if it is named `version` or
    /// `…Version`, or stands in a file named so (`NodeVersion.swift`).
    private static func printed(by package: WorkspacePackage, version: String, in tree: Tree) -> [Finding] {
        let sources = tree.sources.filter { $0.package.name == package.name && $0.target.kind != .test }
        let constants = sources.flatMap { source in versionConstants(in: source).map { (source.path, $0) } }
        guard !constants.isEmpty else {
            return [
                Finding(
                    file: "\(package.path)/Package.swift", line: 1, rule: "version",
                    message: "no source file states the version that the program prints. "
                        + "Declare `let version = \"\(version)\"`.")
            ]
        }
        return constants.compactMap { path, constant in
            guard constant.text != version else { return nil }
            return Finding(
                file: path, line: constant.line, rule: "version",
                message: "states \(constant.text), but \(package.name) is at \(version). Make them the same.")
        }
    }

    private static func versionConstants(in source: SourceFile) -> [Token] {
        let tokens = source.tokens
        let fileIsNamedSo = source.path.hasSuffix("Version.swift")
        return tokens.indices.compactMap { index in
            guard tokens[index].isName, fileIsNamedSo || tokens[index].text.lowercased().hasSuffix("version"),
                tokens[safe: index - 1]?.isWord("let") == true
            else { return nil }
            var value = index + 1
            if tokens[safe: value]?.is(":") == true { value += 2 }
            guard tokens[safe: value]?.is("=") == true, let literal = tokens[safe: value + 1],
                literal.kind == .string, isVersion(literal.text)
            else { return nil }
            return literal
        }
    }

    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts.allSatisfy { UInt($0) != nil }
    }
}
