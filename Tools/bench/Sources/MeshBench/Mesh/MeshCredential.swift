import MeshCrypto
import MeshRing

/// As whom a session logs in.
enum MeshCredential {
    case user(UserIdentity)
    case guest

    /// The static key of the handshake.
    var key: NoiseKeyPair {
        switch self {
        case .user(let identity): NoiseKeyPair(identity)
        case .guest: .throwaway()
        }
    }

    /// The third message's payload: kind, id.
    var payload: [UInt8] {
        switch self {
        case .user(let identity): [1] + identity.id.bytes.bytes
        case .guest: [2] + Bytes32().bytes
        }
    }
}

/// A node as the load generator knows it after the first look.
struct MeshNodeAddress: Sendable {
    let address: Address
    let node: NodeID
    /// The X25519 form of the id: computed once, compared at each login.
    let key: AgreementKey
    let network: NetworkID
}

/// The people of a run: the same number always has the same keys.
struct People: Sendable {
    private static let context = "mesh bench person"
    /// Drawn for each run, so that what an earlier run left in a node's queues is nobody's.
    private let run = Bytes32.random()

    func identity(_ person: Int) -> UserIdentity {
        var seed = Hash.blake2b32(context: Self.context, run, UInt64(person)).bytes
        return UserIdentity(seed: SecretBytes(taking: &seed))
    }

    /// The ids of so many people, from number `first` on.
    func ids(_ range: Range<Int>) -> [UserID] { range.map { identity($0).id } }
}
