import ArgumentParser

/// `mesh-node status`: asks a running node how it is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Ask a running node for its state, roster, links and queues.")

    @OptionGroup var node: NodeChoice

    @Flag(help: "Print the node's answer as JSON.")
    var json = false

    @OptionGroup var log: LogOptions

    func run() throws {
        let address = try node.address()
        let answer = try asking { () throws(AdminClientError) in try AdminClient.status(at: address) }
        print(json ? answer.json : StatusReport.text(answer.status))
    }
}
