import MeshCrypto
import MeshNode
import MeshRing
import MeshWire

@testable import MeshNodeShell

/// The engine of a network's only node, and messages for it.
enum LonelyNode {
    static let parameters: NetworkParameters = {
        guard let nonce = Bytes16(0..<16), let made = try? NetworkParameters(laboratory: true, nonce: nonce) else {
            fatalError("16 bytes are a nonce")
        }
        return made
    }()
    static let start = Moment(monotonicMilliseconds: 1_000, wallMilliseconds: 1_795_000_000_000)

    static func core() throws -> NodeCore {
        let identity = NodeIdentity.generate()
        let description = NodeDescription(
            at: try Endpoint(text: "127.0.0.1:4000"), in: parameters, software: "test")
        let membership = try SwimMembership(
            MembershipConfiguration(identity: identity, description: description, parameters: parameters, seed: 1),
            now: start.wallMilliseconds)
        let configuration = Engine.Configuration(identity: identity, parameters: parameters, software: "test")
        return NodeCore(engine: Engine(configuration: configuration, membership: membership, now: start))
    }

    static func submission(to user: UserID, secret: ProofSecret, filler: UInt8 = 7) throws -> Submission {
        try Submission(
            recipient: user, expirySeconds: start.wallSeconds + 3_600, acknowledgementHash: secret.hash,
            recallHash: ProofHash(Bytes16()), envelope: [UInt8](repeating: filler, count: 512))
    }

    static let hello = Frame.hello(Hello(rosterDigest: Bytes16(), creditBytes: 1 << 20, software: "test"))
}
