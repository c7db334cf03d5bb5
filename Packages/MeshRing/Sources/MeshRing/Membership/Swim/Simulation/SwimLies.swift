public import MeshCrypto

/// What a member that lies says; a simulation sends it.
@_spi(Simulation) public enum SwimLies {
    /// That all of these may be gone. Up to ``nodesPerAccusation``.
    public static func accusation(of nodes: [(node: NodeID, incarnation: UInt64)], digest: Bytes16) -> [UInt8] {
        let hints = nodes.prefix(nodesPerAccusation).map {
            SwimMessage.Hint(node: $0.node, incarnation: $0.incarnation, isSuspect: true)
        }
        return SwimMessage.gossip(.init(digest: digest, hints: hints)).encoded()
    }

    /// As many as one message holds.
    public static var nodesPerAccusation: Int { SwimLimits.hintsPerMessage }

    /// That the receiver itself is suspect.
    public static func suspicion(digest: Bytes16) -> [UInt8] {
        SwimMessage.probe(sequence: 1, accuses: true, .init(digest: digest)).encoded()
    }

    /// That this is the sender's roster, whatever it is.
    public static func claim(digest: Bytes16) -> [UInt8] {
        SwimMessage.gossip(.init(digest: digest)).encoded()
    }

    /// The answer to a relay request without having asked: no, nobody there. Nil for any other message.
    public static func denial(of message: [UInt8]) -> [UInt8]? {
        guard case .relayRequest(let sequence, _, _, _) = SwimMessage(decoding: message) else { return nil }
        return SwimMessage.relayResult(sequence: sequence, .silent).encoded()
    }
}
