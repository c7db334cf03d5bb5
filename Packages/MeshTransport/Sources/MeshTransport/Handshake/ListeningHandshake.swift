import MeshCrypto
import MeshRing
import NIOCore

/// The listener's end: answers the upgrade with the network's parameters, proves its node key, and learns last who
/// dialled.
final class ListeningHandshake: LinkHandshake {
    private enum State {
        case awaitingRequest(HeadCollector)
        case awaitingFirst(NoiseHandshake, version: UInt8)
        case awaitingDialler(NoiseHandshake, version: UInt8)
        case done
    }

    private let identity: NodeIdentity
    private let parameters: NetworkParameters
    private let supported: [UInt8]
    private let messages = HandshakeMessages(end: .server)
    private var state = State.awaitingRequest(HeadCollector())

    init(_ identity: NodeIdentity, parameters: NetworkParameters, supported: [UInt8] = LinkProtocol.versions) {
        self.identity = identity
        self.parameters = parameters
        self.supported = supported
    }

    func start(into output: inout ByteBuffer) {}

    func advance(
        _ input: inout ByteBuffer, into output: inout ByteBuffer
    ) throws(LinkHandshakeError) -> EstablishedLink? {
        if case .awaitingRequest(var collector) = state {
            guard let request = try request(&collector, from: &input) else {
                state = .awaitingRequest(collector)
                return nil
            }
            try answer(request, into: &output)
        }
        if case .awaitingFirst(let noise, let version) = state, let message = try messages.next(from: &input) {
            messages.writer.append(message: try prove(noise, after: message), to: &output)
            state = .awaitingDialler(noise, version: version)
        }
        guard case .awaitingDialler(let noise, let version) = state, let message = try messages.next(from: &input)
        else { return nil }
        let peer = try meet(noise, message)
        state = .done
        return EstablishedLink(
            transport: noise.makeTransport(), peer: peer, parameters: parameters, version: version)
    }

    func farewell(_ error: LinkHandshakeError, into output: inout ByteBuffer) {
        if case .request(let refused) = error {
            output.writeString(UpgradeRefusal.encoded(refused))
        } else if case .awaitingRequest = state {
            return
        } else {
            messages.close(error, into: &output)
        }
    }
}

// The steps.
extension ListeningHandshake {
    private func request(
        _ collector: inout HeadCollector, from input: inout ByteBuffer
    ) throws(LinkHandshakeError) -> UpgradeRequest? {
        let head: HTTPHead?
        do { head = try collector.next(from: &input) } catch { throw .request(.head(error)) }
        guard let head else { return nil }
        do { return try UpgradeRequest(head) } catch { throw .request(error) }
    }

    private func answer(_ request: UpgradeRequest, into output: inout ByteBuffer) throws(LinkHandshakeError) {
        guard let version = LinkProtocol.commonVersion(request.offered, supported) else {
            throw .request(.noCommonVersion(offered: request.offered, supported: supported))
        }
        output.writeString(UpgradeAnswer(version: version, parameters: parameters).encoded(key: request.key))
        let prologue = LinkProtocol.prologue(network: parameters.id, offered: request.offered, chosen: version)
        let noise = NoiseHandshake(role: .responder, key: NoiseKeyPair(identity), prologue: prologue)
        state = .awaitingFirst(noise, version: version)
    }

    private func prove(_ noise: NoiseHandshake, after message: [UInt8]) throws(LinkHandshakeError) -> [UInt8] {
        let payload: [UInt8]
        do { payload = try noise.read(message) } catch { throw .cipher(error) }
        guard payload.isEmpty else { throw .payloadLength(got: payload.count, allowed: 0) }
        do {
            return try noise.write(payload: LinkHandshakePayload.encoded(.node(identity.id)))
        } catch { throw .cipher(error) }
    }

    private func meet(_ noise: NoiseHandshake, _ message: [UInt8]) throws(LinkHandshakeError) -> LinkPeer {
        let payload: [UInt8]
        do { payload = try noise.read(message) } catch { throw .cipher(error) }
        guard let proven = noise.remoteStatic else { preconditionFailure("the third message proves the dialler's key") }
        return try LinkHandshakePayload.peer(payload, proven: proven)
    }
}
