/// A file of a `FaultyDisk`: what readers see, and per sector that isn't on the disk yet, what the disk has.
struct File {
    /// Bytes up to the last one written.
    private(set) var content: [UInt8] = []
    private let allocated: Int
    /// What the disk has of sectors that were written since; those of a failed synchronization stay here for ever.
    private var older: [Int: [UInt8]] = [:]
    /// Sectors that won't reach the disk by synchronizing again.
    private var doomed: Set<Int> = []

    private static let sector = FaultyDisk.sectorByteCount

    init(allocated: Int) { self.allocated = allocated }

    /// Bytes, room set aside included.
    var size: Int { max(allocated, content.count) }

    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        let count = max(0, min(target.count, size - offset))
        let written = max(0, min(count, content.count - offset))
        content.withUnsafeBytes { bytes in
            guard written > 0 else { return }
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + written]))
        }
        if count > written {
            UnsafeMutableRawBufferPointer(rebasing: target[written..<count]).initializeMemory(
                as: UInt8.self, repeating: 0)
        }
        return count
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard bytes.count > 0 else { return }
        let end = offset + bytes.count
        for sector in offset / Self.sector...(end - 1) / Self.sector {
            if older[sector] == nil { older[sector] = self.bytes(of: sector) }
            // Written again, it is dirty again, and reaches the disk with the next synchronization.
            doomed.remove(sector)
        }
        if content.count < end { content.append(contentsOf: repeatElement(0, count: end - content.count)) }
        content.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[offset..<end]).copyMemory(from: bytes)
        }
    }

    mutating func synchronize() {
        if doomed.isEmpty { older.removeAll() } else { older = older.filter { doomed.contains($0.key) } }
    }

    mutating func failToSynchronize() { doomed.formUnion(older.keys) }

    mutating func flip(_ offset: Int, bit: UInt8) {
        content[offset] ^= 1 << bit
        older[offset / Self.sector]?[offset % Self.sector] ^= 1 << bit
    }

    /// Each sector that isn't on the disk for certain becomes what it was or what was written; returns how many are lost.
    mutating func crash(_ random: inout SeededRandom) -> Int {
        var lost = 0
        // All, none or any: a crash right after a write loses it whole more often than in part.
        let mode = Int.random(in: 0..<4, using: &random)
        for sector in older.keys.sorted() {
            let isKept = mode == 0 ? true : mode == 1 ? false : Bool.random(using: &random)
            if isKept, !doomed.contains(sector) { continue }
            if doomed.contains(sector), isKept, Bool.random(using: &random) { continue }
            lost += 1
            restore(sector)
        }
        older = [:]
        doomed = []
        return lost
    }

    private func bytes(of sector: Int) -> [UInt8] {
        let start = min(content.count, sector * Self.sector)
        let present = content[start..<min(content.count, start + Self.sector)]
        return Array(present) + repeatElement(0, count: Self.sector - present.count)
    }

    private mutating func restore(_ sector: Int) {
        guard let bytes = older[sector] else { return }
        let start = sector * Self.sector
        for place in start..<min(content.count, start + Self.sector) { content[place] = bytes[place - start] }
    }
}

/// A small random number generator with a seed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
