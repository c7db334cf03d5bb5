/// The ids removed since the last fold, whole, in one piece of memory, with a table to find them by fingerprint.
///
/// An entry: fingerprint u64, then the removal (`RemovalCoding`), up to a multiple of eight. Bounded by whoever fills
/// it: at some megabytes it is frozen, sorted and written to disk as a run, and a new one begins.
package struct TombstoneArena: ~Copyable {
    private var entries = ByteSink()
    private var table: UnsafeMutableBufferPointer<UInt32>
    /// Entries held.
    package private(set) var count = 0

    /// A remembered id.
    package struct Entry {
        package var fingerprint: Fingerprint
        package var removal: LogRemoval
    }

    private static let firstCapacity = 64
    private static let free = UInt32.max

    package init() { table = Self.table(capacity: Self.firstCapacity) }

    deinit { table.deallocate() }

    /// Bytes of the entries.
    package var byteCount: Int { entries.count }

    /// Adds a removal with a tombstone.
    package mutating func insert(_ removal: LogRemoval, _ fingerprint: Fingerprint) {
        if (count + 1) * 4 > table.count * 3 { grow() }
        let offset = entries.count
        let size = RemovalCoding.byteCount(removal, previous: nil)
        let bytes = entries.extend(by: 8 + roundedToWord(size))
        bytes.store(fingerprint.raw, at: 0)
        RemovalCoding.write(removal, previous: nil, to: UnsafeMutableRawBufferPointer(rebasing: bytes[8...]))
        place(offset, fingerprint)
        count += 1
    }

    /// What is remembered of an id after `nowSeconds`.
    package func find(_ key: QueueKey, _ fingerprint: Fingerprint, nowSeconds: UInt32) -> LogRemoval.Tombstone? {
        var position = Self.home(fingerprint, in: table)
        while table[position] != Self.free {
            let offset = Int(table[position]) * 8
            if entries.bytes.integer(at: offset, as: UInt64.self) == fingerprint.raw {
                let removal = entry(at: offset).removal
                if removal.key == key, let tombstone = removal.tombstone, tombstone.keepUntilSeconds > nowSeconds {
                    return tombstone
                }
            }
            position = (position + 1) & (table.count - 1)
        }
        return nil
    }

    /// The entry at a place that `sorted` gave.
    package func entry(at offset: Int) -> Entry {
        let fingerprint = Fingerprint(raw: entries.bytes.integer(at: offset, as: UInt64.self))
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: entries.bytes[(offset + 8)...]))
        guard let removal = try? RemovalCoding.read(&reader, previous: nil) else {
            preconditionFailure("an entry that was written can't be read")
        }
        return Entry(fingerprint: fingerprint, removal: removal)
    }

    /// The places of entries behind `start`, in the order of runs: by fingerprint, then by key.
    package func sorted(after start: TombstoneOrder?) -> ContiguousArray<Int> {
        var places: ContiguousArray<(raw: UInt64, offset: Int)> = []
        places.reserveCapacity(start == nil ? count : 0)
        var offset = 0
        while offset < entries.count {
            let raw = entries.bytes.integer(at: offset, as: UInt64.self)
            if start.map({ raw > $0.raw || raw == $0.raw && order(at: offset) > $0 }) ?? true {
                places.append((raw, offset))
            }
            offset += 8 + roundedToWord(entryByteCount(at: offset))
        }
        places.sort { left, right in
            left.raw != right.raw ? left.raw < right.raw : order(at: left.offset) < order(at: right.offset)
        }
        return ContiguousArray(places.map(\.offset))
    }

    private func order(at offset: Int) -> TombstoneOrder {
        let entry = entry(at: offset)
        return TombstoneOrder(raw: entry.fingerprint.raw, key: entry.removal.key)
    }

    private func entryByteCount(at offset: Int) -> Int {
        53 + Int(entries.bytes[offset + 8] & 0x7F)
    }

    private mutating func place(_ offset: Int, _ fingerprint: Fingerprint) {
        var position = Self.home(fingerprint, in: table)
        while table[position] != Self.free { position = (position + 1) & (table.count - 1) }
        table[position] = UInt32(offset / 8)
    }

    private mutating func grow() {
        let old = table
        table = Self.table(capacity: old.count * 2)
        for slot in old where slot != Self.free {
            place(Int(slot) * 8, Fingerprint(raw: entries.bytes.integer(at: Int(slot) * 8, as: UInt64.self)))
        }
        old.deallocate()
    }

    private static func table(capacity: Int) -> UnsafeMutableBufferPointer<UInt32> {
        let table = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: capacity)
        table.initialize(repeating: free)
        return table
    }

    private static func home(_ fingerprint: Fingerprint, in table: UnsafeMutableBufferPointer<UInt32>) -> Int {
        Int(truncatingIfNeeded: fingerprint.mixed) & (table.count - 1)
    }
}

/// The order of tombstones in runs and walks: by fingerprint, so that a recipient's stand together; equal ones by key.
package struct TombstoneOrder: Sendable, Hashable, Comparable {
    package var raw: UInt64
    package var key: QueueKey

    package init(raw: UInt64, key: QueueKey) {
        self.raw = raw
        self.key = key
    }

    package static func < (left: TombstoneOrder, right: TombstoneOrder) -> Bool {
        left.raw != right.raw ? left.raw < right.raw : left.key < right.key
    }
}
