import MeshCrypto

/// What the second and third message of the handshake say under encryption: kind 1 | id 32.
///
/// Kinds: 0 node, 1 user, 2 guest. The id is an Ed25519 key whose X25519 form must be the static key that the same
/// message proves; a guest's is zero, its static key is a throwaway and stands for nobody.
enum LinkHandshakePayload {
    /// Bytes of a payload.
    static let byteCount = 33

    private static let node: UInt8 = 0
    private static let user: UInt8 = 1
    private static let guest: UInt8 = 2

    /// The payload that says who this end is.
    static func encoded(_ peer: LinkPeer) -> [UInt8] {
        switch peer {
        case .node(let id): [node] + id.bytes.bytes
        case .user(let id): [user] + id.bytes.bytes
        case .guest: [guest] + Bytes32().bytes
        }
    }

    /// Reads a payload and holds its id against the static key just proven.
    static func peer(_ bytes: [UInt8], proven key: AgreementKey) throws(LinkHandshakeError) -> LinkPeer {
        guard bytes.count == byteCount, let id = Bytes32(bytes.dropFirst()) else {
            throw .payloadLength(got: bytes.count, allowed: byteCount)
        }
        switch bytes[0] {
        case node:
            // It goes into rosters and records, so it is proven to be a key of the right order too.
            do { _ = try NodeID(id) } catch { throw .identifier(error) }
            return .node(try identifier(id, proven: key))
        case user: return .user(try identifier(id, proven: key))
        case guest:
            guard id == Bytes32() else { throw .guestWithIdentity }
            return .guest
        default: throw .unknownKind(bytes[0])
        }
    }

    /// The id, if the key just proven is its. The costly proof that it is a valid key isn't made: what passes belongs to
    /// whoever proved the key, and nobody else can be kept from anything by it.
    private static func identifier<ID: KeyIdentifier>(
        _ bytes: Bytes32, proven key: AgreementKey
    ) throws(LinkHandshakeError) -> ID {
        let claimed = ID(trusted: bytes)
        guard claimed.converts(to: key) else { throw .foreignKey(claimed: claimed.description, proven: key) }
        return claimed
    }
}
