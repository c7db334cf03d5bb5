public import Foundation

/// Holds a tree against its `workspace.json`.
public struct Checker {
    /// The directory that holds `workspace.json`.
    public let root: URL
    private let scratch: URL

    /// A checker of one tree.
    /// - Parameters:
    ///   - root: the directory that holds `workspace.json`.
    ///   - scratch: where the package manager may keep its files while it reads manifests.
    public init(root: URL, scratch: URL) {
        self.root = root.standardizedFileURL
        self.scratch = scratch
    }

    /// Everything that breaks a rule, sorted by file and line, each once; empty for a clean tree.
    /// - Throws: `WorkspaceFileError` if `workspace.json` itself can't be read.
    public func findings() throws(WorkspaceFileError) -> [Finding] {
        let workspace = try Workspace.load(root: root)
        let tree = Tree(root: root, workspace: workspace, reader: ManifestReader(scratch: scratch))
        let found =
            tree.findings + PackageListRules.findings(in: tree) + VersionRules.findings(in: tree)
            + ManifestRules.findings(in: tree) + ImportRules.findings(in: tree) + UseRules.findings(in: tree)
        return Set(found).sorted()
    }
}
