extension PlacementAddress: CustomStringConvertible {
    /// Dotted decimal, or IPv6 in the form of RFC 5952 (lower case, longest run of zero groups as `::`, mapped
    /// addresses with a dotted end).
    public var description: String {
        switch self {
        case .ipv4(let value): Self.dotted(value)
        case .ipv6(let high, let low): Self.text(Self.groups(high, low))
        }
    }

    private static func dotted(_ value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
    }

    private static func groups(_ high: UInt64, _ low: UInt64) -> [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
    }

    private static func text(_ groups: [UInt16]) -> String {
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
            return "::ffff:" + dotted(UInt32(groups[6]) << 16 | UInt32(groups[7]))
        }
        let words = groups.map { String($0, radix: 16) }
        guard let run = longestZeroRun(groups) else { return words.joined(separator: ":") }
        return words[..<run.lowerBound].joined(separator: ":") + "::" + words[run.upperBound...].joined(separator: ":")
    }

    /// The first of the longest runs of at least two zero groups (RFC 5952, 4.2.2 and 4.2.3).
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best = 0..<0
        var start = 0
        for index in groups.indices {
            if groups[index] != 0 { start = index + 1 }
            if index + 1 - start > best.count { best = start..<(index + 1) }
        }
        return best.count >= 2 ? best : nil
    }
}
