package import MeshCrypto
@_spi(Simulation) package import MeshRing

/// Who may appear in a simulated network: keys, addresses and first records of numbered nodes, made once and shared by
/// all runs.
package final class Cast: Sendable {
    /// The network's parameters: a real one, so that prefixes count.
    package let parameters: NetworkParameters
    /// Its id.
    package let network: NetworkID
    /// The nodes' keys.
    package let identities: [NodeIdentity]
    /// The nodes' ids.
    package let nodes: [NodeID]
    /// Where the nodes can be dialled, each in a /16 of its own.
    package let endpoints: [Endpoint]
    /// The records that the nodes begin with, of incarnation 1.
    package let records: [NodeRecord]
    /// By the first eight bytes of the ids, which are different ones.
    private let numbers: [UInt64: Int]

    /// Makes the keys of so many nodes; up to 7,000 find a prefix. The last `crowd` of them share one.
    package init(nodes count: Int, crowd: Int = 0) {
        guard let parameters = try? NetworkParameters(laboratory: false, nonce: Bytes16()) else {
            preconditionFailure("these parameters are valid")
        }
        self.parameters = parameters
        network = parameters.id
        identities = (0..<count).map(Self.identity)
        nodes = identities.map(\.id)
        endpoints = (0..<count).map { number in
            number < count - crowd
                ? Self.endpoint(prefix: number, host: 1) : Self.endpoint(prefix: count - crowd, host: 1 + number)
        }
        numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { (Self.short($1), $0) })
        records = zip(identities, endpoints).map { identity, endpoint in
            Self.record(identity, at: endpoint, in: parameters, parameters.id)
        }
    }

    /// A node's number; nil for a stranger.
    package func number(of node: NodeID) -> Int? {
        numbers[Self.short(node)].flatMap { nodes[$0] == node ? $0 : nil }
    }

    private static func short(_ node: NodeID) -> UInt64 {
        node.bytes.withUnsafeBytes { $0.load(as: UInt64.self) }
    }

    /// A record that `identity` signs.
    package func record(_ identity: NodeIdentity, at endpoint: Endpoint, incarnation: UInt64 = 1) -> NodeRecord {
        Self.record(identity, at: endpoint, incarnation: incarnation, in: parameters, network)
    }

    /// Keys from a number.
    package static func identity(_ number: Int) -> NodeIdentity {
        var bytes = Hash.blake2b32(context: "simulated node", UInt64(number)).bytes
        return NodeIdentity(seed: SecretBytes(taking: &bytes))
    }

    /// An address in the prefix of that number, counted from 32.0.0.0/16.
    package static func endpoint(prefix: Int, host: Int, port: UInt16 = 4_000) -> Endpoint {
        guard let endpoint = Endpoint(address: .ipv4(UInt32(0x2000 + prefix) << 16 | UInt32(host)), port: port) else {
            preconditionFailure("port \(port) is valid")
        }
        return endpoint
    }

    private static func record(
        _ identity: NodeIdentity, at endpoint: Endpoint, incarnation: UInt64 = 1, in parameters: NetworkParameters,
        _ network: NetworkID
    ) -> NodeRecord {
        let description = NodeDescription(at: endpoint, in: parameters, software: "simulated/1")
        guard
            let record = try? NodeRecord(
                description, network: network, incarnation: incarnation, signedBy: identity)
        else { preconditionFailure("this description is valid") }
        return record
    }
}
