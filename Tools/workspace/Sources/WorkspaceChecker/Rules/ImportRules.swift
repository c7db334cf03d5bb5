/// Every import is one that the workspace allows to its target, and that the manifest declares.
enum ImportRules {
    static func findings(in tree: Tree) -> [Finding] {
        tree.sources.flatMap { source in
            let allowance = Allowance(of: source, in: tree)
            return ImportScanner.imports(in: source.tokens).flatMap { statement in
                allowance.problems(of: statement).map {
                    Finding(file: source.path, line: statement.line, rule: "import", message: $0)
                }
            }
        }
    }
}

/// What one target may import.
private struct Allowance {
    private let target: WorkspaceTarget
    private let forbidden: Set<String>
    /// Modules that come with what the workspace lets the target depend on.
    private let dependencies: Set<String>
    /// Modules of the toolchain and the system.
    private let system: Set<String>
    /// Modules that come with what the manifest really depends on.
    private let declared: Set<String>
    /// Modules of the same package.
    private let own: Set<String>

    init(of source: SourceFile, in tree: Tree) {
        let package = source.package
        target = source.target
        let kind = tree.workspace.kinds[target.kind]
        forbidden = Set(kind?.forbiddenImports ?? [])
        dependencies = Set((target.dependencies ?? []).flatMap { tree.modules(of: $0, in: package) })
        system = Set((target.imports ?? []) + (kind?.imports ?? []))
        let manifest = tree.dumps[package.name]?.targets.first { $0.name == source.target.name }
        declared = Set((manifest?.dependencies ?? []).flatMap { tree.modules(of: $0.name, in: package) })
        own = Set(package.targets.map(\.name))
    }

    func problems(of statement: ImportStatement) -> [String] {
        var problems: [String] = []
        if let problem = problem(ofModule: statement.module) { problems.append(problem) }
        if statement.attributes.contains("testable"), target.kind != .test {
            problems.append("`@testable import` outside a test. Import \(statement.module) as others do.")
        }
        if statement.attributes.contains("_exported"), !own.contains(statement.module) {
            problems.append("re-exports another package's \(statement.module). Let the importing file import it.")
        }
        return problems
    }

    private func problem(ofModule module: String) -> String? {
        if forbidden.contains(module) {
            return "\(target.name) is a \(target.kind.rawValue) and may not import \(module). "
                + "Take it out, or move the code to a shell."
        }
        if module == "Swift" || system.contains(module) { return nil }
        guard dependencies.contains(module) else {
            let allowed = (dependencies.union(system)).sorted()
            return "\(target.name) may not import \(module). Take it out; "
                + "what it may import stands in \(Workspace.fileName): \(list(allowed))."
        }
        guard declared.contains(module) else {
            return "\(target.name) imports \(module), which its manifest does not depend on. Add the dependency there."
        }
        return nil
    }
}
