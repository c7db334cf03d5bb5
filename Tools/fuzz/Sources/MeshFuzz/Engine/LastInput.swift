import Glibc

/// The input that is being given, in a file mapped into memory: there still when the process has been killed.
///
/// Layout: length (8 bytes, of this machine's order), then the input.
final class LastInput {
    private static let mappedBytes = 8 + Mutator.maximumBytes
    private let memory: UnsafeMutableRawPointer

    /// Maps a file, made anew.
    init?(path: String) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard ftruncate(descriptor, Self.mappedBytes) == 0,
            let memory = mmap(nil, Self.mappedBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            memory != MAP_FAILED
        else { return nil }
        self.memory = memory
    }

    deinit {
        munmap(memory, Self.mappedBytes)
    }

    func set(_ input: [UInt8]) {
        let count = min(input.count, Mutator.maximumBytes)
        let place = UnsafeMutableRawBufferPointer(start: memory + 8, count: Mutator.maximumBytes)
        place.copyBytes(from: input.prefix(count))
        memory.storeBytes(of: UInt64(count), as: UInt64.self)
    }

    /// What a process left there.
    static func read(from bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 8 else { return nil }
        let count = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        guard count <= UInt64(bytes.count - 8) else { return nil }
        return Array(bytes[8..<(8 + Int(count))])
    }
}
