import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// Messages made from numbers: their secrets are known without opening anything.
enum Messages {
    static let start: UInt64 = 1_800_000_000_000

    static func message(
        _ number: UInt32, to user: UserID, envelope size: Int = 512, expirySeconds: UInt32? = nil
    ) -> Submission {
        var envelope = [UInt8](repeating: 0, count: size)
        for shift in 0..<4 { envelope[shift] = UInt8(truncatingIfNeeded: number >> UInt32(8 * (3 - shift))) }
        let expiry = expirySeconds ?? UInt32(start / 1_000) + 86_400
        guard
            let submission = try? Submission(
                recipient: user, expirySeconds: expiry, acknowledgementHash: secret(number).hash,
                recallHash: ProofHash(Bytes16()), envelope: envelope)
        else { preconditionFailure("\(size) bytes are no envelope") }
        return submission
    }

    /// The number that a message was made from.
    static func number(of submission: Submission) -> UInt32 {
        submission.envelope.getInteger(at: submission.envelope.readerIndex) ?? 0
    }

    static func secret(_ number: UInt32) -> ProofSecret {
        ProofSecret(Hash.blake2b16(context: "test secret", number))
    }
}

extension NetworkParameters {
    static func laboratory(_ number: UInt8 = 1) -> NetworkParameters {
        guard let nonce = Bytes16(Array(repeating: number, count: 16)),
            let parameters = try? NetworkParameters(pointsPerNode: 16, laboratory: true, nonce: nonce)
        else { preconditionFailure("parameters out of bounds") }
        return parameters
    }
}
