public import Foundation

/// `workspace.json`: the one list of packages, and what each of them may do.
///
/// Shape and meaning of every key are in this package's README.
public struct Workspace: Codable, Sendable {
    /// The name of the file, at the top of the tree.
    public static let fileName = "workspace.json"

    /// The lowest `swift-tools-version` that a manifest may name, as in "6.2".
    public var swiftTools: String
    /// Upcoming language features that every target of the tree (foreign packages excepted) turns on.
    public var features: [String]
    /// Packages from outside the tree, by package name.
    public var external: [String: ExternalPackage]
    /// What holds for every target of a kind.
    public var kinds: [TargetKind: KindRules]
    /// Every package of the tree, in the order in which they are built and tested.
    public var packages: [WorkspacePackage]
    /// Tests that are scripts, run after the packages' own.
    public var scripts: [TestScript]

    /// Reads the workspace that lies at the top of a tree.
    /// - Parameter root: the directory that holds `workspace.json`.
    /// - Throws: `WorkspaceFileError` naming the file and what is wrong with it.
    public static func load(root: URL) throws(WorkspaceFileError) -> Workspace {
        let file = root.appendingPathComponent(fileName)
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw .missing(path: file.path)
        }
        do {
            return try JSONDecoder().decode(Workspace.self, from: data)
        } catch {
            throw .malformed(path: file.path, reason: String(describing: error))
        }
    }

    /// The package with a name, if the workspace lists one.
    public func package(named name: String) -> WorkspacePackage? {
        packages.first { $0.name == name }
    }
}

/// Why `workspace.json` could not be read.
public enum WorkspaceFileError: Error, CustomStringConvertible {
    /// There is no such file.
    case missing(path: String)
    /// The file is no JSON of the expected shape.
    case malformed(path: String, reason: String)

    /// What happened, to which file, and what to do.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): missing. Run from the top of the tree, or name it with --root DIR."
        case .malformed(let path, let reason):
            "\(path): not a workspace file: \(reason). Its shape is in Tools/workspace/README.md."
        }
    }
}

/// What a target is, and so what it may do.
public enum TargetKind: String, Codable, CodingKeyRepresentable, Sendable {
    /// Pure: events in, effects out. No clock, random number, thread, socket or file.
    case core
    /// May do I/O: libraries and programs around a core.
    case shell
    /// A test target.
    case test
    /// A program or library that only developers run.
    case tool
    /// A system library's module map, or C sources.
    case binding
}

/// A package from outside the tree.
public struct ExternalPackage: Codable, Sendable {
    /// Where it is fetched from.
    public var url: String
    /// The lowest version taken ("from:" in the manifests).
    public var from: String
    /// Products that the tree may use; each holds a module of the same name.
    public var products: [String]
}

/// A package of the tree.
public struct WorkspacePackage: Codable, Sendable {
    /// Name, as in its manifest.
    public var name: String
    /// Directory, relative to the top of the tree.
    public var path: String
    /// Version, the same as the top entry of its changelog; absent for what is never released (tests).
    public var version: String?
    /// Packages (of the tree or external) that it may depend on.
    public var dependencies: [String]
    /// A stand-in for somebody else's project: it is held to its dependencies, not to the tree's settings.
    public var foreign: Bool?
    /// Whether it is a program that prints the package's version, and so must state it in a source file.
    public var printsVersion: Bool?
    /// Its targets.
    public var targets: [WorkspaceTarget]
}

/// A target of a package.
public struct WorkspaceTarget: Codable, Sendable {
    /// Name, as in the manifest.
    public var name: String
    /// What it is.
    public var kind: TargetKind
    /// Targets of the same package, and products of others, that it may depend on and import.
    public var dependencies: [String]?
    /// Modules of the toolchain and the system that it may import besides.
    public var imports: [String]?
}

/// A test that is a script: exit code 0 is passed, 77 skipped, all else failed.
public struct TestScript: Codable, Sendable {
    /// The name it is called by (`workspace test NAME`).
    public var name: String
    /// The program to run, relative to the top of the tree.
    public var run: String
}
