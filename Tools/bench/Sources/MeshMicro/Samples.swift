import MeshCrypto
import MeshWire
import NIOCore

/// The same values in each run.
enum Samples {
    /// A second in 2023 as the present.
    static let wallSeconds: UInt32 = 1_700_000_000

    /// Bytes that differ with their number.
    static func bytes(_ count: Int, number: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ 1) &* 31 &+ number &* 7) }
    }

    /// The user with that number; no key belongs to it.
    static func user(_ number: Int) -> UserID { UserID(trusted: Bytes32(bytes(32, number: number))!) }

    static func secret(_ number: Int) -> ProofSecret { ProofSecret(Bytes16(bytes(16, number: number))!) }

    /// A message of 1 KiB; the number makes it another.
    static func submission(_ number: Int, to user: UserID = user(1)) throws -> Submission {
        var envelope = bytes(1_024, number: number)
        envelope.withUnsafeMutableBytes { $0.storeBytes(of: UInt64(number), as: UInt64.self) }
        let hash = secret(number).hash
        return try Submission(
            recipient: user, expirySeconds: wallSeconds + 3_600, acknowledgementHash: hash, recallHash: hash,
            envelope: envelope)
    }

    static func submit(_ number: Int) throws -> Frame {
        .submit(
            Submit(
                request: UInt32(number), rosterDigest: Bytes16(), options: [], submission: try submission(number)))
    }

    /// An identity from a number.
    static func seed(_ number: Int) -> SecretBytes {
        var seed = bytes(32, number: number)
        return SecretBytes(taking: &seed)
    }
}
