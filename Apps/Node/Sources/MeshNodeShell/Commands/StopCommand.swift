import ArgumentParser
import Glibc
import MeshNode

/// `mesh-node stop`: ends a running node in order, and waits for it.
struct StopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End a running node in order, and wait for its end.",
        discussion: """
            Without --stay it leaves the network, as with SIGTERM: others take its place at once, and a start brings it \
            back. With --stay it keeps its place, for a restart that takes a moment.
            """)

    /// How long the end is waited for: as long as the packaged service grants.
    static let patienceMilliseconds: UInt64 = 60_000
    /// How often is looked.
    static let pauseMicroseconds: UInt32 = 50_000

    @Flag(help: "Keep the node's place: it is back in a moment.")
    var stay = false

    @OptionGroup var node: NodeChoice

    @OptionGroup var log: LogOptions

    func run() throws {
        let (address, manner) = (try node.address(), stay ? StopManner.stay : .leave)
        let process = try asking { () throws(AdminClientError) in try AdminClient.stop(manner, at: address) }
        let end = MonotonicClock.nowMilliseconds + Self.patienceMilliseconds
        while Self.isThere(process) {
            guard MonotonicClock.nowMilliseconds < end else {
                throw NodeFailure(
                    .tryAgain,
                    "the node (process \(process)) is still stopping after "
                        + "\(Self.patienceMilliseconds / 1_000) s", hint: "its log names what it is waiting for")
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    private static func isThere(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }
}
