import Foundation
import WorkspaceChecker

/// The command line of `workspace`.
public enum Command {
    /// What `workspace --help` prints.
    public static let help = """
        usage: workspace [--root DIR] [--scratch-path DIR] COMMAND

          list                    every package and test script, with path and version
          check                   hold manifests, imports, versions and cores against workspace.json
          build NAME [OPTION...]  build one package; options go to `swift build`
          test [--no-scripts] [NAME...] [-- OPTION...]
                                  run the tests of these packages and scripts, of all without a name;
                                  options go to `swift test`

        DIR is the top of the tree, the current directory without --root. Builds go to DIR/.build.
        Exit codes: 0 all well, 1 something failed, 64 wrong usage, 66 no workspace.json.

        """

    /// Runs one command.
    /// - Parameter arguments: the arguments without the program's name.
    /// - Returns: the exit code.
    public static func run(_ arguments: [String]) -> ExitCode {
        var arguments = arguments
        let root = URL(fileURLWithPath: take("--root", from: &arguments) ?? ".").standardizedFileURL
        let scratch = take("--scratch-path", from: &arguments).map { URL(fileURLWithPath: $0) }
        do {
            let runner = Runner(
                root: root, scratch: scratch ?? root.appendingPathComponent(".build"),
                workspace: { () throws(WorkspaceFileError) in try Workspace.load(root: root) })
            return try run(arguments, runner)
        } catch {
            Console.error(error.description)
            return .noInput
        }
    }

    private static func run(_ arguments: [String], _ runner: Runner) throws(WorkspaceFileError) -> ExitCode {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "list" where rest.isEmpty: return try runner.list()
        case "check" where rest.isEmpty: return try runner.check()
        case "build" where !rest.isEmpty: return try runner.build(rest[0], options: Array(rest.dropFirst()))
        case "test":
            let words = rest.prefix { $0 != "--" }
            return try runner.test(
                words.filter { $0 != "--no-scripts" }, scripts: !words.contains("--no-scripts"),
                options: Array(rest.dropFirst(words.count + 1)))
        case "help", "--help", "-h":
            Console.print(help)
            return .success
        default:
            Console.error(help)
            return .usage
        }
    }

    /// Takes `--name VALUE` out of the arguments, if it stands before the command.
    private static func take(_ name: String, from arguments: inout [String]) -> String? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count, index <= 2 else { return nil }
        let value = arguments[index + 1]
        arguments.removeSubrange(index...index + 1)
        return value
    }
}

/// What the program ends with; the numbers are those of sysexits(3) where one fits.
public enum ExitCode: Int32, Sendable {
    /// All well.
    case success = 0
    /// A rule is broken, a build or a test failed.
    case failure = 1
    /// The command line makes no sense.
    case usage = 64
    /// There is no readable workspace file.
    case noInput = 66
}

/// Ends the process.
public func exit(with code: ExitCode) -> Never {
    exit(code.rawValue)
}
