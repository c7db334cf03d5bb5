/// A handshake pattern of the Noise framework (revision 34, section 7): who sends which keys and when secrets are
/// agreed.
///
/// Links use ``xx``. The other patterns are here because the published vectors then test the same machine six times
/// over, at the price of a line each.
struct NoisePattern: Sendable {
    enum Token: Sendable {
        /// The sender's ephemeral key.
        case e
        /// The sender's static key, encrypted as soon as there is a key.
        case s
        /// Agreements; the first letter is the initiator's key, the second the responder's.
        case ee, es, se, ss
    }

    let name: String
    var initiatorIsKnown = false
    var responderIsKnown = false
    /// The tokens of each message; the initiator writes the first, then they take turns.
    let messages: [[Token]]

    /// Both ends transmit their static keys; each is hidden from onlookers, the initiator's even from a false
    /// responder.
    static let xx = NoisePattern(name: "XX", messages: [[.e], [.e, .ee, .s, .es], [.s, .se]])
    static let n = NoisePattern(name: "N", responderIsKnown: true, messages: [[.e, .es]])
    static let k = NoisePattern(
        name: "K", initiatorIsKnown: true, responderIsKnown: true, messages: [[.e, .es, .ss]])
    static let nk = NoisePattern(name: "NK", responderIsKnown: true, messages: [[.e, .es], [.e, .ee]])
    static let kk = NoisePattern(
        name: "KK", initiatorIsKnown: true, responderIsKnown: true, messages: [[.e, .es, .ss], [.e, .ee, .se]])
    static let ik = NoisePattern(name: "IK", responderIsKnown: true, messages: [[.e, .es, .s, .ss], [.e, .ee, .se]])

    /// The name that both ends hash first.
    var protocolName: String { "Noise_\(name)_25519_ChaChaPoly_BLAKE2b" }
}
