import ArgumentParser
import Logging
import MeshRing

/// `mesh-node run`: serves until told to stop.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Serve as a node until told to stop.",
        discussion: """
            Without --join and with an empty data directory a network is founded. A data directory that belongs to a \
            network rejoins it. A node to join that doesn't answer yet is tried again.
            """)

    @Option(help: ArgumentHelp("Where the node keeps its identity, roster and messages.", valueName: "dir"))
    var dataDir: String

    @Option(help: ArgumentHelp("Where to take links.", valueName: "addr:port"), transform: Endpoint.init(option:))
    var listen: Endpoint

    @Option(
        help: ArgumentHelp("Where others find the node, if not where it listens.", valueName: "addr:port"),
        transform: Endpoint.init(option:))
    var advertise: Endpoint?

    @Option(
        help: ArgumentHelp("A node to join through. May be given again.", valueName: "[node1…@]host:port"),
        transform: OptionText.join)
    var join: [JoinTarget] = []

    @Option(
        help: ArgumentHelp(
            "How many nodes keep each message, in a network that is founded (default: 3).", valueName: "n"))
    var replicas: UInt8?

    @Option(
        help: ArgumentHelp(
            "Where to answer «mesh-node status» (default: unix:DIR/admin.sock).", valueName: "addr:port|unix:path"),
        transform: OptionText.admin)
    var admin: AdminAddress?

    @Option(
        help: ArgumentHelp(
            "How many seconds a node that leaves may take to hand over what it holds (default: 45).", valueName: "n"))
    var drainTimeout: Int?

    @OptionGroup var log: LogOptions

    func validate() throws { _ = try configuration() }

    func run() async throws {
        let configuration = try configuration()
        log.bootstrap()
        let logger = Logger(label: "mesh-node")
        do throws(NodeFailure) {
            try await NodeProcess.run(configuration, logger: logger)
        } catch {
            logger.critical("\(error)", metadata: ["event": "failed"])
            throw ExitCode(error.status.rawValue)
        }
    }

    func configuration() throws -> RunConfiguration {
        do {
            return try RunConfiguration(
                dataDirectory: dataDir, listen: listen, advertise: advertise, joins: join, replicas: replicas,
                admin: admin, drainTimeoutSeconds: drainTimeout)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension Endpoint {
    fileprivate init(option text: String) throws {
        guard !text.isEmpty else {
            throw ValidationError("it is empty; where the service starts the node, set it in /etc/default/mesh-node")
        }
        do { self = try Endpoint(text: text) } catch { throw ValidationError(error.description) }
    }
}
