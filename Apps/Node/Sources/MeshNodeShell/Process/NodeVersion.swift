/// What this program calls itself.
enum NodeVersion {
    /// The version, as in the changelog.
    static let text = "0.1.0"
    /// As it stands in the node's record; at most 32 bytes.
    static let software = "mesh-node/\(text)"
}
