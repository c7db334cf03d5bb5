import ArgumentParser
import Foundation

/// The options of `mesh-bench`; what isn't given has each shape's own default.
struct BenchOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Messages (or logins) of a repetition.", valueName: "n"))
    var messages: Int?

    @Option(help: ArgumentHelp("Bytes of an envelope: 512, 1024, 4096, 16384 or 61440.", valueName: "n"))
    var payload = 1_024

    @Option(help: ArgumentHelp("People who send; of a relay: pairs.", valueName: "n"))
    var senders: Int?

    @Option(help: ArgumentHelp("Messages that each sender has in flight.", valueName: "n"))
    var window: Int?

    @Option(help: ArgumentHelp("People who get messages.", valueName: "n"))
    var recipients: Int?

    @Option(help: ArgumentHelp("Connections of idle, people of day.", valueName: "n"))
    var connections: Int?

    @Option(name: .customLong("repeat"), help: ArgumentHelp("Repetitions of each shape.", valueName: "n"))
    var repetitions = 3

    @Option(help: ArgumentHelp("Threads of the load generator.", valueName: "n"))
    var threads = 2

    @Flag(help: "Print the figures as one line of JSON at the end.")
    var json = false

    @Option(help: ArgumentHelp("Write the same JSON to this file.", valueName: "path"))
    var output: String?

    @Option(help: ArgumentHelp("Measure a node that runs already.", valueName: "addr:port"), transform: Self.address)
    var node: Address?

    @Option(
        help: ArgumentHelp(
            "Measure this server too, in turn, and print ratios: mosquitto, rabbitmq or redis. May be given again.",
            valueName: "peer"))
    var against: [Peer] = []

    @Option(help: ArgumentHelp("The program to start nodes with (default: beside this one).", valueName: "path"))
    var meshNode: String?

    @Option(help: ArgumentHelp("Where the nodes' data lies while they run.", valueName: "dir"))
    var dataDir = ".build/bench"

    @Flag(help: "All shapes so small that they take seconds: shows that they run, not how fast.")
    var smoke = false

    private static func address(_ text: String) throws -> Address {
        guard let address = Address(text: text) else {
            throw ValidationError("«\(text)» is no IPv4 address with a port, as in 127.0.0.1:4433")
        }
        return address
    }

    func validate() throws {
        let sizes = [512, 1_024, 4_096, 16_384, 61_440]
        guard sizes.contains(payload) else { throw ValidationError("--payload is one of \(sizes)") }
        let counts = [messages, senders, window, recipients, connections, repetitions, threads].compactMap { $0 }
        guard counts.allSatisfy({ $0 > 0 }) else { throw ValidationError("counts are positive") }
    }

    var directory: URL { URL(filePath: dataDir) }

    /// The program mesh-node.
    var nodeProgram: String {
        meshNode
            ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "mesh-node").path
    }
}
