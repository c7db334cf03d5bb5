public import ArgumentParser
import Glibc

/// The program `mesh`.
public struct MeshCommand: AsyncParsableCommand {
    /// For the argument parser.
    public static let configuration = CommandConfiguration(
        commandName: "mesh",
        abstract: "Write to people, in private, over servers that strangers run.",
        discussion: """
            To begin:
              mesh account create NAME --join HOST:PORT
              mesh id                                  your id, for others
              mesh contact add mesh1… --name NAME      somebody else's id
              mesh chat NAME
            """,
        version: TerminalVersion.text,
        subcommands: [
            AccountCommand.self, IDCommand.self, ContactCommand.self, SendCommand.self, ReceiveCommand.self,
            ChatCommand.self, HistoryCommand.self, TraceCommand.self, RecallCommand.self,
            OutboxCommand.self, NodesCommand.self, NodeCommand.self,
            ProfileCommand.self,
        ])

    @OptionGroup var shared: SharedOptions

    /// For the argument parser.
    public init() {}

    /// Runs the program with the process's arguments and ends it.
    public static func runToEnd() async -> Never {
        // A reader that goes away is an error of writing, not an end without a word.
        signal(SIGPIPE, SIG_IGN)
        Glibc.exit(await run(CommandLine.arguments.dropFirst()))
    }

    /// Runs one command.
    /// - Returns: the exit code.
    static func run(_ arguments: some Sequence<String>) async -> Int32 {
        do {
            var command = try parseAsRoot(Array(arguments))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return 0
        } catch let failure as TerminalFailure {
            Console.standard.hint("\(failure)")
            return failure.status.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch {
            return finish(error)
        }
    }

    /// What the argument parser says: help and version on standard output, mistakes on standard error.
    private static func finish(_ error: any Error) -> Int32 {
        let code = exitCode(for: error).rawValue
        let text = fullMessage(for: error)
        guard !text.isEmpty else { return code }
        if code == 0 { try? Console.standard.result(text) } else { Console.standard.writeHint(text + "\n") }
        return code
    }
}

extension ExitStatus: Error {}
