extension Envelope {
    /// Opens an envelope and proves everything in it. Any bytes give a message or an error.
    ///
    /// - Parameters:
    ///   - bytes: the envelope.
    ///   - recipient: who it is for.
    ///   - network: the network that it came through.
    ///   - acknowledgementHash: what travelled beside it.
    ///   - recallHash: what travelled beside it.
    /// - Throws: all of ``EnvelopeError`` but `bodyTooLarge` and `invalidRecipient`, in the order of the checks.
    public static func open(
        _ bytes: UnsafeRawBufferPointer, recipient: UserIdentity, network: NetworkID, acknowledgementHash: ProofHash,
        recallHash: ProofHash
    ) throws(EnvelopeError) -> OpenedEnvelope {
        let frame = EnvelopeFrame(
            recipient: recipient.id, acknowledgementHash: acknowledgementHash, recallHash: recallHash)
        let plain = try plainText(of: bytes, frame, NoiseKeyPair(recipient))
        return try plain.withRawBytes { plain throws(EnvelopeError) in
            try message(in: plain, frame, network: network)
        }
    }

    /// Opens an envelope that lies in an array.
    public static func open(
        _ bytes: [UInt8], recipient: UserIdentity, network: NetworkID, acknowledgementHash: ProofHash,
        recallHash: ProofHash
    ) throws(EnvelopeError) -> OpenedEnvelope {
        try bytes.withRawBytes { bytes throws(EnvelopeError) in
            try open(
                bytes, recipient: recipient, network: network, acknowledgementHash: acknowledgementHash,
                recallHash: recallHash)
        }
    }

    private static func plainText(
        of bytes: UnsafeRawBufferPointer, _ frame: EnvelopeFrame, _ ours: NoiseKeyPair
    ) throws(EnvelopeError) -> [UInt8] {
        var reader = ByteReader(bytes)
        guard sizes.contains(bytes.count), let found = reader.integer(UInt8.self),
            let ephemeral = reader.fixed(Bytes32.self).map(AgreementKey.init), let nonce = reader.fixed(Bytes24.self)
        else { throw .wrongSize(got: bytes.count, allowed: sizes) }
        guard found == version else { throw .unknownVersion(got: found, known: version) }
        let sealed = reader.rest
        var plain = [UInt8](repeating: 0, count: sealed.count - XChaChaPoly.tagCount)
        let isAuthentic = ours.withSharedSecret(with: ephemeral) { shared in
            frame.withKey(shared: shared, ephemeral: ephemeral) { key in
                frame.withAssociatedData { associated in
                    plain.withUnsafeMutableBytes {
                        XChaChaPoly.open(sealed, into: $0, associated: associated, nonce: nonce, key: key)
                    }
                }
            }
        }
        guard let isAuthentic else { throw .unusableKey }
        guard isAuthentic else { throw .notAuthentic }
        return plain
    }

    private static func message(
        in plain: UnsafeRawBufferPointer, _ frame: EnvelopeFrame, network: NetworkID
    ) throws(EnvelopeError) -> OpenedEnvelope {
        var reader = ByteReader(plain)
        guard let senderBytes = reader.fixed(Bytes32.self), let innerID = reader.fixed(Bytes16.self).map(InnerID.init),
            let secret = reader.fixed(Bytes16.self).map(ProofSecret.init), let time = reader.integer(UInt64.self),
            let count = reader.integer(UInt32.self).map(Int.init), let signature = reader.fixed(Bytes64.self)
        else { preconditionFailure("the smallest size has room for every field") }
        let room = reader.rest.count
        guard let sender = try? UserID(senderBytes) else { throw .invalidSender(senderBytes) }
        guard let body = reader.take(count) else { throw .wrongBodyLength(got: count, allowed: room) }
        guard reader.rest.allSatisfy({ $0 == 0 }) else { throw .nonZeroPadding }
        guard secret.hash == frame.acknowledgementHash else { throw .wrongAcknowledgement }
        let signed = frame.signedBytes(
            network: network, sender: sender, innerID: innerID, sentAtMilliseconds: time, body: body)
        guard sender.verifies(signature, of: signed, context: signatureContext) else {
            throw .wrongSignature(claimed: sender)
        }
        return OpenedEnvelope(
            sender: sender, innerID: innerID, sentAtMilliseconds: time, body: [UInt8](body),
            acknowledgementSecret: secret)
    }
}
