import Foundation

/// Every manifest says what the workspace allows, and nothing else.
enum ManifestRules {
    static func findings(in tree: Tree) -> [Finding] {
        tree.workspace.packages.flatMap { package -> [Finding] in
            guard let dump = tree.dumps[package.name] else { return [] }
            let manifest = Manifest(tree: tree, package: package, dump: dump)
            return manifest.identity() + manifest.dependencies() + manifest.targets()
        }
    }
}

/// One manifest beside its entry in the workspace.
private struct Manifest {
    let tree: Tree
    let package: WorkspacePackage
    let dump: PackageDump

    private var path: String { "\(package.path)/Package.swift" }

    private func finding(at text: String, _ rule: String, _ message: String) -> Finding {
        Finding(file: path, line: tree.line(of: text, in: path), rule: rule, message: message)
    }

    private func finding(target: String, _ rule: String, _ message: String) -> Finding {
        Finding(file: path, line: tree.line(ofTarget: target, in: path), rule: rule, message: message)
    }

    // MARK: The package

    func identity() -> [Finding] {
        var found: [Finding] = []
        if dump.name != package.name {
            let message = "is named \(dump.name), but \(Workspace.fileName) says \(package.name). Make them the same."
            found.append(finding(at: "name:", "manifest", message))
        }
        if dump.toolsVersion._version.compare(tree.workspace.swiftTools, options: .numeric) == .orderedAscending {
            let message =
                "swift-tools-version \(dump.toolsVersion._version) is too old. Name \(tree.workspace.swiftTools)."
            found.append(finding(at: "swift-tools-version", "manifest", message))
        }
        return found
    }

    func dependencies() -> [Finding] {
        dump.dependencies.flatMap { dependency -> [Finding] in
            if let local = dependency.fileSystem?.first {
                return localDependency(URL(fileURLWithPath: local.path).standardizedFileURL.path)
            }
            if let source = dependency.sourceControl?.first { return externalDependency(source) }
            let message = "has a dependency that is neither a path nor a repository. Use one of these."
            return [finding(at: "dependencies:", "dependency", message)]
        }
    }

    private func localDependency(_ path: String) -> [Finding] {
        let listed = tree.workspace.packages.first {
            tree.root.appendingPathComponent($0.path).standardizedFileURL.path == path
        }
        guard let listed else {
            let name = URL(fileURLWithPath: path).lastPathComponent
            let message = "depends on \(path), which \(Workspace.fileName) does not list. Depend on a listed package."
            return [finding(at: name, "dependency", message)]
        }
        let place = "\(URL(fileURLWithPath: listed.path).lastPathComponent)\")"
        return allowance(of: listed.name, at: place)
    }

    private func externalDependency(_ source: PackageDump.Dependency.Source) -> [Finding] {
        let url = source.location.remote?.first?.urlString ?? "?"
        guard let (name, external) = tree.workspace.external.first(where: { $0.value.url == url }) else {
            let message = "depends on \(url), which \(Workspace.fileName) does not list under `external`. Take it out."
            return [finding(at: url, "dependency", message)]
        }
        var found = allowance(of: name, at: url)
        if source.requirement.range?.first?.lowerBound != external.from {
            let message = "asks for another version of \(name) than the workspace. Write `from: \"\(external.from)\"`."
            found.append(finding(at: url, "dependency", message))
        }
        return found
    }

    private func allowance(of name: String, at place: String) -> [Finding] {
        guard !package.dependencies.contains(name) else { return [] }
        let message =
            "\(package.name) may not depend on \(name). Take the dependency out; "
            + "what it may depend on stands in \(Workspace.fileName): \(list(package.dependencies))."
        return [finding(at: place, "dependency", message)]
    }

    // MARK: Its targets

    func targets() -> [Finding] {
        let listed = Set(package.targets.map(\.name))
        var found = dump.targets.filter { !listed.contains($0.name) }.map {
            finding(
                target: $0.name, "target",
                "\($0.name) is not listed. Add it to \(package.name) in \(Workspace.fileName), with its kind.")
        }
        for target in package.targets {
            guard let declared = dump.targets.first(where: { $0.name == target.name }) else {
                let message = "has no target \(target.name), which \(Workspace.fileName) lists. Add it or unlist it."
                found.append(finding(at: "targets:", "target", message))
                continue
            }
            found += kind(of: target, declared) + targetDependencies(of: target, declared)
            if package.foreign != true, target.kind != .binding { found += settings(of: declared) }
        }
        return found
    }

    private func kind(of target: WorkspaceTarget, _ declared: PackageDump.Target) -> [Finding] {
        let fits =
            switch target.kind {
            case .test: declared.type == "test"
            case .binding: declared.type == "system" || declared.type == "regular"
            case .core: declared.type == "regular"
            case .shell, .tool: declared.type == "regular" || declared.type == "executable"
            }
        guard !fits else { return [] }
        let message = "\(target.name) is a target of type \(declared.type) here and a \(target.kind.rawValue) there."
        return [finding(target: target.name, "target", message + " Correct \(Workspace.fileName).")]
    }

    private func targetDependencies(of target: WorkspaceTarget, _ declared: PackageDump.Target) -> [Finding] {
        let allowed = target.dependencies ?? []
        return declared.dependencies.map(\.name).filter { !allowed.contains($0) }.map { name in
            let message =
                "\(target.name) may not depend on \(name). Take it out; "
                + "what it may depend on stands in \(Workspace.fileName): \(list(allowed))."
            return finding(target: target.name, "dependency", message)
        }
    }

    private func settings(of target: PackageDump.Target) -> [Finding] {
        let kinds = target.settings.map(\.kind)
        var found: [Finding] = []
        for feature in tree.workspace.features
        where !kinds.contains(where: { $0.enableUpcomingFeature?._0 == feature }) {
            let message = "\(target.name) does not turn on \(feature). Add `.enableUpcomingFeature(\"\(feature)\")`."
            found.append(finding(target: target.name, "settings", message))
        }
        if !kinds.contains(where: { $0.treatAllWarnings?._0 == "error" }) {
            let message = "\(target.name) lets warnings pass. Add `.treatAllWarnings(as: .error)`."
            found.append(finding(target: target.name, "settings", message))
        }
        if kinds.contains(where: { $0.unsafeFlags != nil }) {
            let message = "\(target.name) sets unsafe flags, which shuts other projects out. Take them away."
            found.append(finding(target: target.name, "settings", message))
        }
        if kinds.contains(where: { $0.swiftLanguageMode.map { $0._0 != "6" } == true }) {
            let message = "\(target.name) leaves the Swift 6 language mode. Take the setting away."
            found.append(finding(target: target.name, "settings", message))
        }
        return found
    }
}

/// Names as they stand in a message.
func list(_ names: [String]) -> String {
    names.isEmpty ? "nothing" : names.joined(separator: ", ")
}
