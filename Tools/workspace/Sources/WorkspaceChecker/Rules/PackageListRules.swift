import Foundation

/// The workspace lists every package of the tree, and each of them has what a package must have.
enum PackageListRules {
    static func findings(in tree: Tree) -> [Finding] {
        unlistedPackages(in: tree) + tree.workspace.packages.flatMap { documents(of: $0, in: tree) }
            + scripts(in: tree)
    }

    private static func unlistedPackages(in tree: Tree) -> [Finding] {
        let listed = Set(tree.workspace.packages.map(\.path))
        let manifests = ["Packages", "Apps", "Tools", "Tests"].flatMap { top in
            tree.files(below: top).filter { $0.hasSuffix("/Package.swift") }
        }
        return manifests.compactMap { path in
            let directory = String(path.dropLast("/Package.swift".count))
            guard !listed.contains(directory) else { return nil }
            return Finding(
                file: path, line: 1, rule: "package-list",
                message: "\(directory) is not listed. Add it to \(Workspace.fileName), with what it may depend on.")
        }
    }

    private static func documents(of package: WorkspacePackage, in tree: Tree) -> [Finding] {
        if package.foreign == true { return [] }
        let wanted = package.version == nil ? ["README.md"] : ["README.md", "CHANGELOG.md"]
        return wanted.compactMap { name in
            let path = "\(package.path)/\(name)"
            guard tree.text(of: path) == nil else { return nil }
            return Finding(
                file: path, line: 1, rule: "documents", message: "missing. \(package.name) needs one: write it.")
        }
    }

    private static func scripts(in tree: Tree) -> [Finding] {
        tree.workspace.scripts.compactMap { script in
            let path = tree.root.appendingPathComponent(script.run).path
            guard !FileManager.default.isExecutableFile(atPath: path) else { return nil }
            return Finding(
                file: script.run, line: 1, rule: "package-list",
                message: "\(Workspace.fileName) names it as the test \(script.name), but it is no executable file.")
        }
    }
}
