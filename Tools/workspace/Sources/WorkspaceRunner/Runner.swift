import Foundation
import WorkspaceChecker

/// Runs the commands over one tree.
struct Runner {
    let root: URL
    let scratch: URL
    let workspace: () throws(WorkspaceFileError) -> Workspace

    func list() throws(WorkspaceFileError) -> ExitCode {
        let workspace = try workspace()
        for package in workspace.packages {
            Console.print(Table.row([package.name, package.version ?? "-", package.path]))
        }
        for script in workspace.scripts { Console.print(Table.row([script.name, "script", script.run])) }
        return .success
    }

    func check() throws(WorkspaceFileError) -> ExitCode {
        let scratch = scratch.appendingPathComponent("workspace-manifests")
        let findings = try Checker(root: root, scratch: scratch).findings()
        for finding in findings { Console.print(finding.description) }
        let packages = try workspace().packages.count
        Console.print("workspace check: \(packages) packages, \(findings.count) findings")
        return findings.isEmpty ? .success : .failure
    }

    func build(_ name: String, options: [String]) throws(WorkspaceFileError) -> ExitCode {
        let workspace = try workspace()
        guard let package = workspace.package(named: name) else { return unknown(name, in: workspace) }
        return build(package, options: options) == 0 ? .success : .failure
    }

    func test(_ names: [String], scripts: Bool, options: [String]) throws(WorkspaceFileError) -> ExitCode {
        let workspace = try workspace()
        let scripts = scripts ? workspace.scripts : []
        let known = workspace.packages.map(\.name) + scripts.map(\.name)
        if let stranger = names.first(where: { !known.contains($0) }) { return unknown(stranger, in: workspace) }
        let wanted = names.isEmpty ? Set(known) : Set(names)
        var outcomes: [TestOutcome] = []
        for package in workspace.packages where wanted.contains(package.name) && hasTests(package) {
            outcomes.append(test(package, options: options))
        }
        for script in scripts where wanted.contains(script.name) { outcomes.append(test(script)) }
        Console.print(TestOutcome.summary(of: outcomes))
        return outcomes.allSatisfy { $0.failed == 0 } ? .success : .failure
    }

    // MARK: One at a time

    private func hasTests(_ package: WorkspacePackage) -> Bool {
        package.targets.contains { $0.kind == .test }
    }

    private func test(_ package: WorkspacePackage, options: [String]) -> TestOutcome {
        Console.print("== \(package.name)")
        let report = scratch.appendingPathComponent("reports/tests-\(package.name).xml")
        try? FileManager.default.createDirectory(
            at: report.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? FileManager.default.removeItem(at: report)
        let start = Date()
        guard build(package, options: ["--build-tests"] + options) == 0 else {
            return TestOutcome(failedBuildOf: package.name, seconds: Date().timeIntervalSince(start))
        }
        // With XCTest on as well, the report of Swift Testing would go to another file.
        let status = Child.run(
            swift("test", package) + ["--skip-build", "--disable-xctest", "--xunit-output", report.path] + options,
            in: root)
        return TestOutcome(
            name: package.name, report: TestReport(file: report), status: status,
            seconds: Date().timeIntervalSince(start))
    }

    private func test(_ script: TestScript) -> TestOutcome {
        Console.print("== \(script.name)")
        let start = Date()
        let status = Child.run([root.appendingPathComponent(script.run).path], in: root)
        return TestOutcome(name: script.name, script: status, seconds: Date().timeIntervalSince(start))
    }

    /// Builds a package into the directory that all packages share.
    ///
    /// The package manager's remembered plan is switched off, because it would take the plan of the package that was
    /// built last for this one's. Its own hashing is made the same each time, because the order in which it passes
    /// swift-protobuf's traits to the compiler follows from it, and another order builds that library anew.
    private func build(_ package: WorkspacePackage, options: [String]) -> Int32 {
        Child.run(
            swift("build", package) + ["--disable-build-manifest-caching"] + options, in: root,
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
    }

    private func swift(_ verb: String, _ package: WorkspacePackage) -> [String] {
        ["swift", verb, "--package-path", package.path, "--scratch-path", scratch.path]
    }

    private func unknown(_ name: String, in workspace: Workspace) -> ExitCode {
        let names = workspace.packages.map(\.name) + workspace.scripts.map(\.name)
        Console.error("\(name): no such package or test. There are: \(names.joined(separator: ", ")).")
        return .usage
    }
}
