extension Envelope {
    /// Signs a message, seals it for its recipient and pads it to the smallest size that holds it.
    ///
    /// - Parameters:
    ///   - body: 0…``maximumBodyBytes`` bytes; not looked at.
    ///   - sender: signs.
    ///   - recipient: alone can open it.
    ///   - network: the envelope is genuine in this network only.
    ///   - sentAtMilliseconds: milliseconds since 1970, for the recipient to show.
    ///   - innerID: the message's id when it is encrypted again; nil draws one.
    ///   - randomness: see ``EnvelopeRandomness``.
    /// - Throws: `bodyTooLarge` or `invalidRecipient`.
    public static func seal(
        body: [UInt8], from sender: UserIdentity, to recipient: UserID, network: NetworkID, sentAtMilliseconds: UInt64,
        innerID: InnerID? = nil, randomness: EnvelopeRandomness = .fresh()
    ) throws(EnvelopeError) -> SealedEnvelope {
        guard let size = size(bodyBytes: body.count) else {
            throw .bodyTooLarge(got: body.count, allowed: maximumBodyBytes)
        }
        let frame = EnvelopeFrame(
            recipient: recipient, acknowledgementHash: randomness.acknowledgementSecret.hash,
            recallHash: randomness.recallSecret.hash)
        let innerID = innerID ?? randomness.innerID
        let signature = body.withUnsafeBytes { body in
            sender.sign(
                frame.signedBytes(
                    network: network, sender: sender.id, innerID: innerID, sentAtMilliseconds: sentAtMilliseconds,
                    body: body),
                context: signatureContext)
        }
        let bytes = try sealed(frame, size: size, randomness) { plain in
            plain.put(sender.id.bytes)
            plain.put(innerID.bytes)
            plain.put(randomness.acknowledgementSecret.bytes)
            plain.put(sentAtMilliseconds)
            plain.put(UInt32(body.count))
            plain.put(signature)
            plain.put(body)
        }
        return SealedEnvelope(
            bytes: bytes, innerID: innerID, acknowledgementHash: frame.acknowledgementHash,
            recallHash: frame.recallHash, recallSecret: randomness.recallSecret,
            acknowledgementSecret: randomness.acknowledgementSecret)
    }

    /// An envelope of `size` bytes around what `writePlain` writes; the rest of the plain text is zero.
    static func sealed(
        _ frame: EnvelopeFrame, size: Int, _ randomness: EnvelopeRandomness, writePlain: (inout ByteWriter) -> Void
    ) throws(EnvelopeError) -> [UInt8] {
        guard let theirs = Curve.agreementKey(of: frame.recipient.bytes) else {
            throw .invalidRecipient(frame.recipient)
        }
        let ephemeral = randomness.ephemeral.publicKey
        var bytes = [UInt8](repeating: 0, count: size)
        bytes.withUnsafeMutableBytes { memory in
            var writer = ByteWriter(memory)
            writer.put(version)
            writer.put(ephemeral.bytes)
            writer.put(randomness.nonce)
            let sealed = writer.rest
            writePlain(&writer)
            let plain = UnsafeRawBufferPointer(rebasing: sealed.dropLast(XChaChaPoly.tagCount))
            let agreed: Void? = randomness.ephemeral.withSharedSecret(with: theirs) { shared in
                frame.withKey(shared: shared, ephemeral: ephemeral) { key in
                    frame.withAssociatedData {
                        XChaChaPoly.seal(plain, into: sealed, associated: $0, nonce: randomness.nonce, key: key)
                    }
                }
            }
            precondition(agreed != nil, "a valid id's key is of prime order, so the agreed secret is never zero")
        }
        return bytes
    }
}
