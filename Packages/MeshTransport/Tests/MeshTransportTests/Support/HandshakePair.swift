import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore

/// Both ends of a handshake, wired together in memory, with somebody in the middle.
final class HandshakePair {
    enum Step: Int, CaseIterable {
        case request, answer, first, second, third
    }

    struct Outcome {
        var dialled: EstablishedLink?
        var accepted: EstablishedLink?
        var diallerError: LinkHandshakeError?
        var listenerError: LinkHandshakeError?
        /// What was sent, by step, before anybody touched it.
        var sent: [Step: ByteBuffer] = [:]
    }

    let node = NodeIdentity.generate()
    let parameters: NetworkParameters
    let dialler: DiallingHandshake
    let listener: ListeningHandshake

    init(
        credential: (NodeID) -> LinkCredential = { .guest(expecting: $0) }, network: NetworkID?? = nil,
        offered: [UInt8] = [1], supported: [UInt8] = [1]
    ) throws {
        parameters = try NetworkParameters(laboratory: true, nonce: .random())
        dialler = DiallingHandshake(
            credential(node.id), network: network ?? parameters.id, host: "node:1", offered: offered)
        listener = ListeningHandshake(node, parameters: parameters, supported: supported)
    }

    /// Runs until nobody has anything to say; `tamper` sees and changes what is on its way.
    func run(_ tamper: (Step, inout ByteBuffer) -> Void = { _, _ in }) -> Outcome {
        var outcome = Outcome()
        var toListener = ByteBuffer()
        var toDialler = ByteBuffer()
        dialler.start(into: &toListener)
        for step in Step.allCases {
            if step == .request || step == .first || step == .third {
                outcome.sent[step] = toListener
                tamper(step, &toListener)
                do {
                    outcome.accepted = try listener.advance(&toListener, into: &toDialler) ?? outcome.accepted
                } catch { outcome.listenerError = outcome.listenerError ?? error }
            } else {
                outcome.sent[step] = toDialler
                tamper(step, &toDialler)
                do {
                    outcome.dialled = try dialler.advance(&toDialler, into: &toListener) ?? outcome.dialled
                } catch {
                    outcome.diallerError = outcome.diallerError ?? error
                    return outcome
                }
            }
            if outcome.listenerError != nil { return outcome }
        }
        return outcome
    }
}

extension ByteBuffer {
    /// Replaces text in an HTTP head.
    mutating func replace(_ old: String, with new: String) {
        let text = String(buffer: self)
        precondition(text.contains(old), "\(old) isn't there")
        self = ByteBuffer(string: text.replacing(old, with: new))
    }
}
