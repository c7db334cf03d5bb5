import ArgumentParser

/// `mesh-node status`: asks a running node how it is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask a running node for its state, roster, links and queues.")

    /// Where the packaged service keeps its data: asked when no option says otherwise.
    static let defaultDataDirectory = "/var/lib/mesh-node"

    @Option(
        help: ArgumentHelp(
            "The data directory of the node (\(defaultDataDirectory) if neither this nor --admin is given).",
            valueName: "dir"))
    var dataDir: String?

    @Option(
        help: ArgumentHelp("Where the node answers, if it was started with --admin.", valueName: "addr:port|unix:path"),
        transform: OptionText.admin)
    var admin: AdminAddress?

    @Flag(help: "Print the node's answer as JSON.")
    var json = false

    @OptionGroup var log: LogOptions

    func validate() throws {
        if dataDir != nil, admin != nil {
            throw ValidationError("--data-dir and --admin name the same thing in two ways; give one of them")
        }
        _ = try address()
    }

    func run() throws {
        let answer = try ask(address())
        print(json ? answer.json : StatusReport.text(answer.status))
    }

    private func ask(_ address: AdminAddress) throws(NodeFailure) -> AdminClient.Answer {
        do { return try AdminClient.status(at: address) } catch { throw error.failure }
    }

    private func address() throws -> AdminAddress {
        if let admin { return admin }
        do {
            let directory = try RunConfiguration.directory(dataDir ?? Self.defaultDataDirectory)
            return try AdminAddress(dataDirectory: directory)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}
