/// A growing piece of memory that structures are written into, used again from commit to commit.
package struct ByteSink: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    /// Bytes written.
    package private(set) var count = 0

    package init(capacity: Int = 4_096) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    /// What was written; valid until the next change.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    /// What was written, to be changed; valid until the next change of size.
    package var mutableBytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: storage[..<count])
    }

    /// Forgets what was written last.
    package mutating func truncate(to byteCount: Int) { count = min(count, byteCount) }

    /// Forgets what was written and keeps the memory.
    package mutating func removeAll() { count = 0 }

    /// Makes room for `byteCount` more bytes and returns it, to be filled at once.
    package mutating func extend(by byteCount: Int) -> UnsafeMutableRawBufferPointer {
        if count + byteCount > storage.count { grow(to: count + byteCount) }
        defer { count += byteCount }
        return UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + byteCount])
    }

    /// Adds a copy of some bytes.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        extend(by: bytes.count).copyMemory(from: bytes)
    }

    private mutating func grow(to needed: Int) {
        let grown = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(needed, storage.count * 2), alignment: 16)
        grown.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = grown
    }
}
