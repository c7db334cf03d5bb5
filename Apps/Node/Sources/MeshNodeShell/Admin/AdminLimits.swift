import NIOCore

/// Bounds of the admin endpoint, so that no caller can hold or fill a node through it.
enum AdminLimits {
    /// Bytes that a connection may send: a request for a status has some hundred, and there is one a connection.
    static let requestBytes = 8192
    /// Connections at once: operators and monitors are few, and each connection costs a descriptor.
    static let connections = 32
    /// How long a connection may take from accept to close, answer included.
    static let lifetime = TimeAmount.seconds(10)
    /// How long the engine may take for a status; less than ``lifetime``, so that the caller is told.
    static let answer = TimeAmount.seconds(5)
    /// How long a client waits for connection and answer: more than ``lifetime``, so that the node's word comes first.
    static let client = TimeAmount.seconds(15)
    /// Largest answer that a client takes: a roster of 10,000 nodes has some 1.5 MB.
    static let responseBytes = 16 << 20
}
