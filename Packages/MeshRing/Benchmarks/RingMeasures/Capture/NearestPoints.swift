import MeshRing

/// For each of many positions the nearest of a stream of points, in one pass without sorting them.
///
/// The positions cut the circle into gaps; the nearest point of a position is the nearest end of what lies in the gaps
/// beside it. So only the outermost two points of each gap are kept.
struct NearestPoints {
    /// A point, and the number of the place it belongs to.
    struct Point {
        var position: UInt64
        var place: UInt32
    }

    /// Sorted; gap i ends at position i, gap 0 reaches over zero.
    private let positions: [UInt64]
    private let index: PositionIndex
    private var first: [Point?]
    private var last: [Point?]

    /// Takes different sorted positions, at least one.
    init(to positions: [UInt64]) {
        self.positions = positions
        index = PositionIndex(positions)
        first = Array(repeating: nil, count: positions.count)
        last = first
    }

    mutating func add(_ point: Point) {
        let bound = index.lowerBound(of: point.position, in: positions)
        let gap = bound == positions.count ? 0 : bound
        let begin = positions[gap == 0 ? positions.count - 1 : gap - 1]
        let offset = point.position &- begin
        if let kept = first[gap], kept.position &- begin <= offset {} else { first[gap] = point }
        if let kept = last[gap], kept.position &- begin >= offset {} else { last[gap] = point }
    }

    /// The distance and the place of the point nearest to each position; nothing if there are no points.
    func nearest() -> [(distance: UInt64, place: UInt32)] {
        guard let someFirst = first.first(where: { $0 != nil }), let someLast = last.last(where: { $0 != nil }) else {
            return []
        }
        var result: [(distance: UInt64, place: UInt32)] = []
        result.reserveCapacity(positions.count)
        var left = someLast!
        for (gap, position) in positions.enumerated() {
            left = last[gap] ?? left
            result.append((position &- left.position, left.place))
        }
        var right = someFirst!
        for gap in positions.indices.reversed() {
            let distance = right.position &- positions[gap]
            if distance < result[gap].distance { result[gap] = (distance, right.place) }
            right = first[gap] ?? right
        }
        return result
    }
}
