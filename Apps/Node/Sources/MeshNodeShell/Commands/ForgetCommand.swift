import ArgumentParser
import MeshCrypto

/// `mesh-node forget`: the operator's word that a node doesn't come back.
struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Have a running node forget another one that is down or has left.",
        discussion: """
            Only the node that is asked forgets: it no longer counts or dials the other one. If that comes back and \
            proves itself, it is a member again.
            """)

    @Argument(help: ArgumentHelp("Which one.", valueName: "node1…"), transform: OptionText.node)
    var forgotten: NodeID

    @OptionGroup var node: NodeChoice

    @OptionGroup var log: LogOptions

    func run() throws {
        let (address, forgotten) = (try node.address(), forgotten)
        try asking { () throws(AdminClientError) in try AdminClient.forget(forgotten, at: address) }
        print("forgotten: \(forgotten)")
    }
}
