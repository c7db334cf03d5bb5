import MeshCrypto
import MeshRing
import NIOCore

/// The dialler's end: asks for the upgrade, checks the network, starts Noise, checks the node, and only then says who
/// it is itself.
final class DiallingHandshake: LinkHandshake {
    private enum State {
        case awaitingAnswer(HeadCollector)
        case awaitingNode(NoiseHandshake, UpgradeAnswer)
        case done
    }

    private let credential: LinkCredential
    private let network: NetworkID?
    private let host: String
    private let request: UpgradeRequest
    private let messages = HandshakeMessages(end: .client)
    private var state = State.awaitingAnswer(HeadCollector())
    private var isUpgraded = false

    /// - Parameters:
    ///   - credential: as whom, and whom to find there.
    ///   - network: the network to find there; nil takes any and reports it.
    ///   - host: for the `Host` field.
    ///   - nonce: the WebSocket key, drawn for this connection.
    init(
        _ credential: LinkCredential, network: NetworkID?, host: String,
        offered: [UInt8] = LinkProtocol.versions, nonce: Bytes16 = .random()
    ) {
        self.credential = credential
        self.network = network
        self.host = host
        request = UpgradeRequest(offered: offered, key: WebSocketAccept.base64(nonce.bytes))
    }

    func start(into output: inout ByteBuffer) {
        output.writeString(request.encoded(host: host))
    }

    func advance(
        _ input: inout ByteBuffer, into output: inout ByteBuffer
    ) throws(LinkHandshakeError) -> EstablishedLink? {
        if case .awaitingAnswer(var collector) = state {
            guard let answer = try answer(&collector, from: &input) else {
                state = .awaitingAnswer(collector)
                return nil
            }
            state = .awaitingNode(try begin(answer, into: &output), answer)
        }
        guard case .awaitingNode(let noise, let answer) = state, let message = try messages.next(from: &input) else {
            return nil
        }
        let peer = try meet(noise, message)
        messages.writer.append(message: try identify(noise), to: &output)
        state = .done
        return EstablishedLink(
            transport: noise.makeTransport(), peer: peer, parameters: answer.parameters, version: answer.version)
    }

    func farewell(_ error: LinkHandshakeError, into output: inout ByteBuffer) {
        if isUpgraded { messages.close(error, into: &output) }
    }
}

// The steps.
extension DiallingHandshake {
    private func answer(
        _ collector: inout HeadCollector, from input: inout ByteBuffer
    ) throws(LinkHandshakeError) -> UpgradeAnswer? {
        let head: HTTPHead?
        do { head = try collector.next(from: &input) } catch { throw .answer(.head(error)) }
        guard let head else { return nil }
        do { return try UpgradeAnswer(head, to: request) } catch { throw .answer(error) }
    }

    private func begin(
        _ answer: UpgradeAnswer, into output: inout ByteBuffer
    ) throws(LinkHandshakeError) -> NoiseHandshake {
        isUpgraded = true
        let got = answer.parameters.id
        if let network, network != got { throw .wrongNetwork(expected: network, got: got) }
        let prologue = LinkProtocol.prologue(network: got, offered: request.offered, chosen: answer.version)
        let noise = NoiseHandshake(role: .initiator, key: credential.key(), prologue: prologue)
        do { messages.writer.append(message: try noise.write(payload: []), to: &output) } catch { throw .cipher(error) }
        return noise
    }

    /// Reads who answered and compares; nothing has been revealed to it so far.
    private func meet(_ noise: NoiseHandshake, _ message: [UInt8]) throws(LinkHandshakeError) -> LinkPeer {
        let payload: [UInt8]
        do { payload = try noise.read(message) } catch { throw .cipher(error) }
        guard let proven = noise.remoteStatic else { preconditionFailure("the second message proves the node's key") }
        let peer = try LinkHandshakePayload.peer(payload, proven: proven)
        guard case .node(let node) = peer else { throw .notANode(peer) }
        if let expected = credential.expected, expected != node { throw .wrongNode(expected: expected, got: node) }
        if case .node(let own, _) = credential, own.id == node { throw .reachedItself(node) }
        return peer
    }

    private func identify(_ noise: NoiseHandshake) throws(LinkHandshakeError) -> [UInt8] {
        do {
            return try noise.write(payload: LinkHandshakePayload.encoded(credential.peer))
        } catch { throw .cipher(error) }
    }
}

extension LinkCredential {
    /// The static key of the handshake; a guest's is drawn here.
    fileprivate func key() -> NoiseKeyPair {
        switch self {
        case .node(let identity, _): NoiseKeyPair(identity)
        case .user(let identity, _): NoiseKeyPair(identity)
        case .guest: .throwaway()
        }
    }

    fileprivate var peer: LinkPeer {
        switch self {
        case .node(let identity, _): .node(identity.id)
        case .user(let identity, _): .user(identity.id)
        case .guest: .guest
        }
    }
}
