@testable import MeshNodeShell

extension NodeStatus {
    static let sample = NodeStatus(
        node: "node1a", address: "127.0.0.1:4000", version: "0.1.0", rosterDigest: "00ff",
        roster: [
            Member(node: "node1a", address: "127.0.0.1:4000", state: "alive"),
            Member(node: "node1b", address: "[::1]:4001", state: "down"),
        ],
        links: Links(clients: 1, nodes: 2), queues: Queues(recipients: 3, messages: 12, bytes: 41_062),
        network: "ab12", replicas: 3, uptimeSeconds: 3_725, statusText: "serving, 2 nodes, 12 messages queued")
}

extension OperatorDesk {
    /// A desk whose process hears nothing.
    convenience init(asking source: @escaping StatusSource) {
        self.init(source, AsyncStream.makeStream(of: Happening.self).continuation)
    }
}
