import Logging
import MeshCrypto
import MeshNode
import NIOCore

/// What all parts of one running node share.
struct NodeContext: Sendable {
    let configuration: RunConfiguration
    let directory: DataDirectory
    let identity: NodeIdentity
    let group: any EventLoopGroup
    let logger: Logger
    /// Monotonic milliseconds.
    let startedAtMilliseconds: UInt64
    /// Where the parts tell the process what has happened.
    let happenings: AsyncStream<Happening>.Continuation
}

/// What moves the process on.
enum Happening: Sendable {
    /// Somebody asked for the end.
    case stop(StopManner)
    /// A node of the network to join has answered.
    case found(Joiner.Found)
    /// The engine has proven another member.
    case joined
    /// So many of the messages held have been handed over.
    case draining(handedOver: Int, of: Int)
    /// The engine has finished what was under way.
    case engineStopped
}
