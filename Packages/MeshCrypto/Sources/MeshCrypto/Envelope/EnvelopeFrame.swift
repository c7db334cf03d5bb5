/// What sealing and opening an envelope have in common.
struct EnvelopeFrame {
    let recipient: UserID
    let acknowledgementHash: ProofHash
    let recallHash: ProofHash

    /// Lends the key that belongs to the secret agreed between ephemeral and recipient's key.
    func withKey<Result>(
        shared: UnsafeRawBufferPointer, ephemeral: AgreementKey, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withWipedBytes(count: XChaChaPoly.keyCount) { key in
            var hasher = BLAKE2b(.bytes32, context: Envelope.keyContext)
            hasher.update(shared)
            hasher.feed(ephemeral.bytes)
            hasher.feed(recipient)
            hasher.finish(into: key)
            return body(UnsafeRawBufferPointer(key))
        }
    }

    /// Version, recipient and both hashes: what the seal binds without hiding it.
    func withAssociatedData<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: 1 + 32 + 16 + 16, alignment: 1) { memory in
            var writer = ByteWriter(memory)
            writer.put(Envelope.version)
            writer.put(recipient.bytes)
            writer.put(acknowledgementHash.bytes)
            writer.put(recallHash.bytes)
            return body(UnsafeRawBufferPointer(memory))
        }
    }

    /// What the sender signs.
    func signedBytes(
        network: NetworkID, sender: UserID, innerID: InnerID, sentAtMilliseconds: UInt64, body: UnsafeRawBufferPointer
    ) -> [UInt8] {
        let count = 32 + 32 + 32 + 16 + 16 + 16 + 8 + body.count
        return [UInt8](unsafeUninitializedCapacity: count) { memory, written in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            writer.put(network.bytes)
            writer.put(sender.bytes)
            writer.put(recipient.bytes)
            writer.put(innerID.bytes)
            writer.put(acknowledgementHash.bytes)
            writer.put(recallHash.bytes)
            writer.put(sentAtMilliseconds)
            writer.put(body)
            written = count
        }
    }
}
