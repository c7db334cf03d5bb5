public import ArgumentParser
import Glibc

/// The program `mesh-node`.
public struct MeshNodeCommand: AsyncParsableCommand {
    /// For the argument parser.
    public static let configuration = CommandConfiguration(
        commandName: "mesh-node",
        abstract: "A node of Mesh: keeps sealed messages for people who aren't online, and passes them on.",
        discussion: """
            The first node founds a network:
              mesh-node run --data-dir DIR --listen 192.0.2.1:4000
            Every other one joins it through any of its nodes:
              mesh-node run --data-dir DIR --listen 192.0.2.2:4000 --join 192.0.2.1:4000
            """,
        version: NodeVersion.text,
        subcommands: [RunCommand.self, StatusCommand.self, StopCommand.self, ForgetCommand.self])

    @OptionGroup var log: LogOptions

    /// For the argument parser.
    public init() {}

    /// Runs the program with the process's arguments and ends it.
    public static func runToEnd() async -> Never {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit()
        } catch let failure as NodeFailure {
            Complaint.write(failure)
            Glibc.exit(failure.status.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
