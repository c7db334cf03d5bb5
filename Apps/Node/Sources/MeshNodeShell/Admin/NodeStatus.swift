/// What a node says about itself: the JSON of `mesh-node status --json`, field by field.
///
/// Fields are only ever added. Texts are in the form in which the command line takes them.
struct NodeStatus: Codable, Equatable, Sendable {
    /// One node of the roster.
    struct Member: Codable, Equatable, Sendable {
        /// `node1…`
        var node: String
        /// `ADDR:PORT`
        var address: String
        /// `alive`, `suspect`, `down` or `left`
        var state: String
    }

    /// Links that stand.
    struct Links: Codable, Equatable, Sendable {
        var clients: Int
        var nodes: Int
    }

    /// What lies in the queues.
    struct Queues: Codable, Equatable, Sendable {
        var recipients: Int
        var messages: Int
        /// Of the payloads, without the store's own overhead.
        var bytes: Int
    }

    /// `node1…`
    var node: String
    /// What is advertised: `ADDR:PORT`
    var address: String
    /// Of the program.
    var version: String
    /// 32 hex digits; equal where two nodes agree on who is placed.
    var rosterDigest: String
    /// All known nodes, this one included, by node id.
    var roster: [Member]
    var links: Links
    var queues: Queues
    /// The network's id in hex; absent until the node has joined.
    var network: String?
    /// R of the network; absent until the node has joined.
    var replicas: Int?
    /// Since the process started.
    var uptimeSeconds: UInt64
    /// The line that `systemctl status` shows.
    var statusText: String
    /// How many nodes must have a message on stable storage before it counts as accepted; absent until joined.
    var neededCopies: Int?
    /// Nodes that have not left and can't be reached, `node1…`; absent until joined.
    var missing: [String]?
    /// Members that have gone on seeing another network than this node for a minute, `node1…`; absent until joined.
    var splitViews: [String]?
}
