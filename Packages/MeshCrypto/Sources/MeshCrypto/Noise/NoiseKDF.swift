/// HMAC and HKDF over BLAKE2b with 64 bytes of output, as the Noise framework defines them (section 4.3).
enum NoiseKDF {
    static let hashCount = 64
    private static let blockCount = 128

    /// The first two outputs of HKDF; `chainingKey` may be the memory that `first` is written to.
    static func derive(
        chainingKey: UnsafeRawBufferPointer, input: UnsafeRawBufferPointer,
        first: UnsafeMutableRawBufferPointer, second: UnsafeMutableRawBufferPointer
    ) {
        withWipedBytes(count: hashCount + hashCount + 1) { scratch in
            let key = UnsafeMutableRawBufferPointer(rebasing: scratch[..<hashCount])
            let chained = UnsafeMutableRawBufferPointer(rebasing: scratch[hashCount...])
            authenticate(input, key: chainingKey, into: key)
            chained[hashCount] = 1
            authenticate(UnsafeRawBufferPointer(rebasing: chained[hashCount...]), key: .init(key), into: first)
            chained.copyMemory(from: UnsafeRawBufferPointer(first))
            chained[hashCount] = 2
            authenticate(UnsafeRawBufferPointer(chained), key: .init(key), into: second)
        }
    }

    /// HMAC-BLAKE2b (RFC 2104) with a key no longer than a block.
    static func authenticate(
        _ input: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        precondition(key.count <= blockCount && output.count == hashCount)
        withWipedBytes(count: blockCount + hashCount) { scratch in
            let block = UnsafeMutableRawBufferPointer(rebasing: scratch[..<blockCount])
            let inner = UnsafeMutableRawBufferPointer(rebasing: scratch[blockCount...])
            pad(block, key: key, with: 0x36)
            hash(UnsafeRawBufferPointer(block), input, into: inner)
            pad(block, key: key, with: 0x5c)
            hash(UnsafeRawBufferPointer(block), UnsafeRawBufferPointer(inner), into: output)
        }
    }

    private static func pad(_ block: UnsafeMutableRawBufferPointer, key: UnsafeRawBufferPointer, with byte: UInt8) {
        for index in 0..<blockCount { block[index] = byte ^ (index < key.count ? key[index] : 0) }
    }

    private static func hash(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) {
        var hasher = BLAKE2b(.bytes64)
        hasher.update(first)
        hasher.update(second)
        hasher.finish(into: output)
    }
}
