import ArgumentParser

/// Which running node a command speaks to.
struct NodeChoice: ParsableArguments {
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

    func validate() throws {
        if dataDir != nil, admin != nil {
            throw ValidationError("--data-dir and --admin name the same thing in two ways; give one of them")
        }
        _ = try address()
    }

    /// Where it answers.
    func address() throws -> AdminAddress {
        if let admin { return admin }
        do {
            let directory = try RunConfiguration.directory(dataDir ?? Self.defaultDataDirectory)
            return try AdminAddress(dataDirectory: directory)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// Asks, with the error that ends a command.
func asking<Value>(_ ask: () throws(AdminClientError) -> Value) throws(NodeFailure) -> Value {
    do { return try ask() } catch { throw error.failure }
}
