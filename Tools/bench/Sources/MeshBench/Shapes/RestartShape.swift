import Foundation
import Glibc

/// A node is stopped with many messages queued and started again: how long until it serves, and what it keeps in memory.
struct RestartShape {
    var messages: Int
    var payload: Int
    var recipients: Int

    private static let senders = 50
    private static let window = 64

    func run(_ starter: NodeStarter, _ pool: WorkerPool) throws -> Run {
        var servers = try starter.start(count: 1, replicas: nil, population: recipients, payload: payload)
        let empty = servers.processes[0].residentKiB
        do {
            let store = StoreShape(
                messages: messages, window: Self.window, payload: payload,
                senders: Array(recipients..<(recipients + Self.senders)), recipients: Array(0..<recipients))
            _ = try store.run(servers, pool)
            servers.stop()
            let (restarted, run) = try restart(servers, starter, pool, emptyKiB: empty)
            servers = restarted
            servers.stop()
            return run
        } catch {
            servers.stop()
            throw error
        }
    }

    private func restart(
        _ servers: MeshServers, _ starter: NodeStarter, _ pool: WorkerPool, emptyKiB: Int
    ) throws -> (MeshServers, Run) {
        let address = servers.nodes[0].address
        let start = Clock.now
        let process = try starter.launch(0, at: address)
        let look = try NodeStarter.awaitLook(at: address, process)
        var run = Run()
        run.startSeconds = Clock.seconds(since: start)
        run.serverCPUMicroseconds = [process.cpuSeconds * 1e6 / Double(messages)]
        run.peakRSSMiB = Double(process.peakKiB) / 1_024
        run.bytesPerQueuedMessage = Double((process.residentKiB - emptyKiB) * 1_024) / Double(messages)
        let restarted = servers.restarted([look.address], [process])
        // That it serves is shown, not believed: one queue comes out whole.
        let first = messages / recipients + (messages % recipients > 0 ? 1 : 0)
        _ = try DrainShape(messages: first, payload: payload, recipients: [0]).run(restarted, pool)
        return (restarted, run)
    }
}
