import MeshCrypto

extension SwimMembership {
    /// What rides on every message.
    mutating func tail() -> SwimMessage.Tail {
        var tail = bareTail()
        tail.hints = hints.take()
        return tail
    }

    /// The digest alone: a hint has few rides, too few for messages that may reach nobody.
    mutating func bareTail() -> SwimMessage.Tail {
        overlay.roster.settle()
        return SwimMessage.Tail(digest: overlay.roster.digest)
    }

    mutating func send(_ message: SwimMessage, to node: NodeID) {
        guard overlay.links.isLinked(node) else { return }
        overlay.actions.append(.send(message.encoded(), to: node))
    }
}
