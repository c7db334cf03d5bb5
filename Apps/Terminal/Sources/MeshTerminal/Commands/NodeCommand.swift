import ArgumentParser
import Glibc
import MeshClientCore

/// `mesh node`.
struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Where the account looks for its network.", subcommands: [NodeAddCommand.self])

    @OptionGroup var shared: SharedOptions
}

/// `mesh node add`.
struct NodeAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add a start address.")

    @Argument(
        help: ArgumentHelp("Where a node listens.", valueName: "[node1…@]host:port"), transform: OptionText.start)
    var address: StartAddress

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        guard access(context.home.vault, F_OK) == 0 else { throw TerminalFailure.noAccount(context.home) }
        var starts = try StartAddresses(of: context.home)
        try starts.add(address)
        try starts.save(in: context.home)
    }
}
