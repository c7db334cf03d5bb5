import Foundation

/// The tree as the rules see it: the workspace file, every manifest, every source file in tokens.
struct Tree {
    let root: URL
    let workspace: Workspace
    /// By package name; a package whose manifest could not be read is missing here and has its finding.
    var dumps: [String: PackageDump] = [:]
    var sources: [SourceFile] = []
    /// What was found wrong while reading.
    var findings: [Finding] = []

    init(root: URL, workspace: Workspace, reader: ManifestReader) {
        self.root = root
        self.workspace = workspace
        for package in workspace.packages { load(package, reader: reader) }
    }

    private mutating func load(_ package: WorkspacePackage, reader: ManifestReader) {
        let directory = root.appendingPathComponent(package.path)
        guard FileManager.default.fileExists(atPath: directory.appendingPathComponent("Package.swift").path) else {
            let message = "\(package.name) has no manifest at \(package.path). Add it, or take the entry out."
            findings.append(
                Finding(
                    file: Workspace.fileName, line: line(of: "\"\(package.path)\"", in: Workspace.fileName),
                    rule: "package-list", message: message))
            return
        }
        do {
            let dump = try reader.read(directory: directory)
            dumps[package.name] = dump
            for target in package.targets {
                guard let manifestTarget = dump.targets.first(where: { $0.name == target.name }) else { continue }
                loadSources(of: target, as: manifestTarget, in: package)
            }
        } catch {
            findings.append(
                Finding(file: "\(package.path)/Package.swift", line: 1, rule: "manifest", message: error.description))
        }
    }

    private mutating func loadSources(
        of target: WorkspaceTarget, as manifest: PackageDump.Target, in package: WorkspacePackage
    ) {
        let base = manifest.type == "test" ? "Tests" : "Sources"
        let directory = "\(package.path)/\(manifest.path ?? "\(base)/\(target.name)")"
        for path in files(below: directory) where path.hasSuffix(".swift") {
            guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else {
                let message = "is no UTF-8 text. Save it as UTF-8."
                findings.append(Finding(file: path, line: 1, rule: "source", message: message))
                continue
            }
            sources.append(
                SourceFile(path: path, package: package, target: target, tokens: SwiftLexer.tokens(of: text)))
        }
    }

    // MARK: Files

    /// Files below a directory, relative to the root, sorted; hidden ones and builds left out.
    func files(below directory: String) -> [String] {
        let start = root.appendingPathComponent(directory)
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: start.path) else { return [] }
        return names.filter { name in !name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .map { directory.isEmpty ? $0 : "\(directory)/\($0)" }.sorted()
    }

    func text(of path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The first line of a file that holds a text, or 1.
    func line(of text: String, in path: String) -> Int {
        let lines = (self.text(of: path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.contains(text) } ?? 0) + 1
    }

    /// The line of a manifest that declares a target: the last that gives its name, for products stand before.
    func line(ofTarget name: String, in path: String) -> Int {
        let lines = (text(of: path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.lastIndex { $0.contains("name: \"\(name)\"") } ?? 0) + 1
    }

    // MARK: Names

    /// The modules that a dependency of a target brings: a target of its own package, a product of another package
    /// of the tree with all its targets, or an external product.
    func modules(of dependency: String, in package: WorkspacePackage) -> [String] {
        if package.targets.contains(where: { $0.name == dependency }) { return [dependency] }
        for (name, dump) in dumps where name != package.name {
            if let product = dump.products.first(where: { $0.name == dependency }) { return product.targets }
        }
        return [dependency]
    }

    /// The package that a dependency of a target comes from, by name; nil for a target of its own package.
    func owner(of dependency: String, in package: WorkspacePackage) -> String? {
        if package.targets.contains(where: { $0.name == dependency }) { return nil }
        for (name, dump) in dumps where dump.products.contains(where: { $0.name == dependency }) { return name }
        return workspace.external.first { $0.value.products.contains(dependency) }?.key
    }
}

/// A source file of a target.
struct SourceFile {
    let path: String
    let package: WorkspacePackage
    let target: WorkspaceTarget
    let tokens: [Token]
}
