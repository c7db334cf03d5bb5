/// What this program calls itself.
enum TerminalVersion {
    /// The version, as in the changelog.
    static let text = "0.1.0"
    /// As nodes hear it in the hello; at most 32 bytes.
    static let software = "mesh/\(text)"
}
