/// A blocked Bloom filter over fingerprints (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom
/// filters", 2007): says "certainly not here" or "look on disk", at one cache line a question.
///
/// 12 bits an entry: 100 million remembered ids take 150 MB. Each sets 8 bits within a block of 512; about one stranger
/// in 120 is then sent to disk for nothing.
package struct TombstoneFilter: Sendable, Hashable {
    /// Bits an entry.
    package static let bitsPerEntry = 12
    static let wordsPerBlock = 8
    static let bitsPerKey = 8

    /// The bits, eight words a block.
    package private(set) var words: ContiguousArray<UInt64>

    /// A filter with room for `entryCount` entries.
    package init(entryCount: Int) {
        let blocks = max(1, (entryCount * Self.bitsPerEntry + 511) / 512)
        words = ContiguousArray(repeating: 0, count: blocks * Self.wordsPerBlock)
    }

    /// A filter of these bits; nil unless they are whole blocks, at least one.
    package init?(words: ContiguousArray<UInt64>) {
        guard !words.isEmpty, words.count.isMultiple(of: Self.wordsPerBlock) else { return nil }
        self.words = words
    }

    /// Words of a filter for `entryCount` entries.
    package static func wordCount(entryCount: Int) -> Int {
        max(1, (entryCount * bitsPerEntry + 511) / 512) * wordsPerBlock
    }

    /// Adds a fingerprint.
    package mutating func insert(_ fingerprint: Fingerprint) {
        let mixed = fingerprint.mixed
        let block = self.block(mixed)
        var bits = mixed &* Self.spread
        for _ in 0..<Self.bitsPerKey {
            words[block &+ Int(truncatingIfNeeded: bits &>> 61)] |= 1 &<< (bits &>> 55 & 63)
            bits = bits &* Self.step &+ 1
        }
    }

    /// False if the fingerprint was certainly never added.
    package func mayContain(_ fingerprint: Fingerprint) -> Bool {
        let mixed = fingerprint.mixed
        let block = self.block(mixed)
        var bits = mixed &* Self.spread
        for _ in 0..<Self.bitsPerKey {
            let word = words[block &+ Int(truncatingIfNeeded: bits &>> 61)]
            if word &>> (bits &>> 55 & 63) & 1 == 0 { return false }
            bits = bits &* Self.step &+ 1
        }
        return true
    }

    private static let spread: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let step: UInt64 = 0xD134_2543_DE82_EF95

    private func block(_ mixed: UInt64) -> Int {
        let blocks = UInt64(truncatingIfNeeded: words.count / Self.wordsPerBlock)
        return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: blocks).high) * Self.wordsPerBlock
    }
}
