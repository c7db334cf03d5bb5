import MeshCrypto

extension SwimMembership {
    /// What rides on every message.
    mutating func tail() -> SwimMessage.Tail {
        overlay.roster.settle()
        return SwimMessage.Tail(digest: overlay.roster.digest, hints: hints.take())
    }

    mutating func send(_ message: SwimMessage, to node: NodeID) {
        guard overlay.links.isLinked(node) else { return }
        overlay.actions.append(.send(message.encoded(), to: node))
    }
}
