/// Finds the first of many sorted positions that isn't below a given one, in constant time for evenly spread positions:
/// a table by their first bits, with about one position an entry.
package struct PositionIndex: Sendable {
    /// For each value of the first bits where positions with at least that value begin; one entry more for the end.
    private var starts: [UInt32] = [0, 0]
    private var shift: UInt64 = 64

    init() {}

    package init(_ positions: [UInt64]) {
        let bits = max(1, Int.bitWidth - positions.count.leadingZeroBitCount)
        shift = UInt64(64 - bits)
        starts = Array(repeating: UInt32(positions.count), count: (1 << bits) + 1)
        for (offset, position) in positions.enumerated().reversed() { starts[Int(position >> shift)] = UInt32(offset) }
        for entry in starts.indices.dropLast().reversed() { starts[entry] = min(starts[entry], starts[entry + 1]) }
    }

    /// The offset of the first position at or above `position`; the count if there is none.
    package func lowerBound(of position: UInt64, in positions: [UInt64]) -> Int {
        var offset = Int(starts[Int(position >> shift)])
        while offset < positions.count, positions[offset] < position { offset += 1 }
        return offset
    }
}
