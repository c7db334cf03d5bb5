import MeshCrypto
package import MeshRing

/// Who may appear: keys and addresses of numbered nodes and users, made once and shared by all runs.
package final class DeliveryCast: Sendable {
    /// The network's parameters: a real one, so that prefixes count. Few points a node, since nothing is measured here.
    package let parameters: NetworkParameters
    let identities: [NodeIdentity]
    let nodes: [NodeID]
    let endpoints: [Endpoint]
    let users: [UserIdentity]
    private let nodeNumbers: [NodeID: Int]
    private let hostNumbers: [Endpoint: Int]
    private let userNumbers: [UserID: Int]

    /// Makes the keys; each node has a /16 of its own.
    package init(seats count: Int, replicas: UInt8 = NetworkParameters.defaultReplicas) {
        guard
            let parameters = try? NetworkParameters(
                replicas: replicas, pointsPerNode: 16, laboratory: false, nonce: Bytes16())
        else { preconditionFailure("these parameters are valid") }
        self.parameters = parameters
        identities = (0..<count).map { NodeIdentity(seed: Self.seed("simulated node", $0)) }
        nodes = identities.map(\.id)
        endpoints = (0..<count).map(Self.endpoint)
        users = (0..<DeliverySettings.users).map { UserIdentity(seed: Self.seed("simulated user", $0)) }
        nodeNumbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        hostNumbers = Dictionary(uniqueKeysWithValues: endpoints.enumerated().map { ($1, $0) })
        userNumbers = Dictionary(uniqueKeysWithValues: users.enumerated().map { ($1.id, $0) })
    }

    func number(of node: NodeID) -> Int? { nodeNumbers[node] }
    func number(at endpoint: Endpoint) -> Int? { hostNumbers[endpoint] }
    func number(of user: UserID) -> Int? { userNumbers[user] }

    private static func seed(_ context: String, _ number: Int) -> SecretBytes {
        var bytes = Hash.blake2b32(context: context, UInt64(number)).bytes
        return SecretBytes(taking: &bytes)
    }

    private static func endpoint(_ number: Int) -> Endpoint {
        guard let endpoint = Endpoint(address: .ipv4(UInt32(0x2000 + number) << 16 | 1), port: 4_000) else {
            preconditionFailure("port 4000 is valid")
        }
        return endpoint
    }
}
