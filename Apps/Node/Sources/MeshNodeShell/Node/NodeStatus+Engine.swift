import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing

extension NodeStatus {
    /// Of a node that serves.
    /// - Parameter address: what this node advertises, should its own record be missing.
    init(
        of status: Engine.Status, queues totals: QueueTotals, identity: NodeID, address: Endpoint,
        startedAtMilliseconds: UInt64
    ) {
        self.init(
            node: "\(identity)", address: "\(address)", version: NodeVersion.text,
            rosterDigest: status.roster.digest.hex,
            roster: status.roster.members.map { Member($0) },
            links: Links(clients: status.clientLinks, nodes: status.nodeLinks),
            queues: Queues(recipients: totals.recipients, messages: totals.messages, bytes: totals.bytes),
            network: status.roster.parameters.id.description, replicas: Int(status.roster.parameters.replicas),
            uptimeSeconds: Self.uptime(since: startedAtMilliseconds),
            statusText: StatusLine.text(status, totals), neededCopies: status.neededCopies,
            missing: status.missing.map { "\($0)" }, splitViews: status.splitViews.map { "\($0.node)" })
    }

    /// Of a node that has no network yet.
    init(waiting text: String, identity: NodeID, address: Endpoint, startedAtMilliseconds: UInt64) {
        self.init(
            node: "\(identity)", address: "\(address)", version: NodeVersion.text, rosterDigest: "",
            roster: [Member(node: "\(identity)", address: "\(address)", state: "\(NodeState.alive)")],
            links: Links(clients: 0, nodes: 0), queues: Queues(recipients: 0, messages: 0, bytes: 0), network: nil,
            replicas: nil, uptimeSeconds: Self.uptime(since: startedAtMilliseconds), statusText: text)
    }

    private static func uptime(since start: UInt64) -> UInt64 { (MonotonicClock.nowMilliseconds - start) / 1000 }
}

extension NodeStatus.Member {
    fileprivate init(_ member: Roster.Member) {
        let address = member.record.provingEndpoints.first ?? member.record.endpoints.first
        self.init(
            node: "\(member.node)", address: address?.description ?? "\(member.record.placementAddress)",
            state: "\(member.state)")
    }
}

/// The line that `systemctl status` shows.
enum StatusLine {
    static func text(_ status: Engine.Status, _ totals: QueueTotals) -> String {
        "\(nodes(status)); \(counted(totals.messages, "message")) queued for "
            + "\(counted(totals.recipients, "recipient")); \(counted(status.clientLinks, "client"))"
    }

    private static func nodes(_ status: Engine.Status) -> String {
        let others = status.knownNodes - 1
        guard others > 0 else { return "serving as the only node" }
        guard status.canAccept else {
            return "accepting no messages: \(status.knownNodes - status.missing.count) of "
                + "\(status.neededCopies) needed nodes here, missing \(missing(status))"
        }
        return "serving, \(status.placedNodes) of \(counted(status.knownNodes, "node")) up"
    }

    /// Some of them by name: the line is short.
    private static func missing(_ status: Engine.Status) -> String {
        let named = status.missing.prefix(3).map { "\($0)" }.joined(separator: ", ")
        return status.missing.count > 3 ? named + " and \(status.missing.count - 3) more" : named
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
