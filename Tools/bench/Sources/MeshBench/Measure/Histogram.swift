/// Latencies by their size: exact to 1/64, from 1 ns to 2^63 ns, without an entry for each.
struct Histogram: Sendable {
    private static let subBits = 6
    private var counts = [UInt32](repeating: 0, count: 64 << Histogram.subBits)
    private(set) var total = 0

    mutating func add(nanoseconds value: UInt64) {
        counts[Self.bucket(value)] += 1
        total += 1
    }

    mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        total += other.total
    }

    /// The value that so many of a thousand don't exceed, in milliseconds; nil without values.
    func milliseconds(permille: Double) -> Double? {
        guard total > 0 else { return nil }
        let rank = Int(Double(total) * permille / 1_000)
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += Int(count)
            if seen > rank || seen == total { return Double(Self.upperEnd(index)) / 1_000_000 }
        }
        return nil
    }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 1 << UInt64(subBits) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let sub = Int(value >> UInt64(exponent - subBits)) & (1 << subBits - 1)
        return (exponent - subBits + 1) << subBits | sub
    }

    private static func upperEnd(_ bucket: Int) -> UInt64 {
        guard bucket >= 1 << subBits else { return UInt64(bucket) }
        let exponent = bucket >> subBits + subBits - 1
        let sub = UInt64(bucket & (1 << subBits - 1))
        return (1 << UInt64(subBits) | sub) << UInt64(exponent - subBits)
    }
}
