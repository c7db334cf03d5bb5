import MeshQueueCore

/// A structure of a log's files, for tests of decoders: what a sound one looks like, and what its decoder makes of bytes.
public struct QueueStructure: Sendable {
    /// What it is, in a few words.
    public let name: String
    /// The bytes of a sound one.
    public let sample: [UInt8]
    private let row: UInt64
    private let decode: @Sendable ([UInt8]) -> [UInt8]?

    init(name: String, sample: [UInt8], row: UInt64, decode: @escaping @Sendable ([UInt8]) -> [UInt8]?) {
        self.name = name
        self.sample = sample
        self.row = row
        self.decode = decode
    }

    /// Gives bytes to the decoder, and writes what it made of them: the same bytes. Nil if it refuses them by name;
    /// anything else ends the process.
    public func rewritten(_ bytes: [UInt8]) -> [UInt8]? { decode(bytes) }

    /// The same bytes with a checksum that fits, so that what is behind it is reached.
    public func withFittingChecksum(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 16 else { return bytes }
        var bytes = bytes
        bytes.withUnsafeMutableBytes { block in
            let covered = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[8...])
            block.store(XXH64.hash(covered, seed: row), at: 0)
        }
        return bytes
    }
}

extension QueueStructure: CustomStringConvertible {
    /// Its name.
    public var description: String { name }
}
