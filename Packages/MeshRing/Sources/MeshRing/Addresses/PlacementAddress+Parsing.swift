extension PlacementAddress {
    /// Longest text there is: 39 characters of IPv6, or 45 with a dotted end.
    static let maximumCharacters = 45

    /// Reads a literal: four decimal octets without leading zeros, or IPv6 in any form of RFC 4291 (2.2). No names,
    /// zones, brackets or ports.
    public init(text: some StringProtocol) throws(AddressTextError) {
        let characters = Array(text.utf8.prefix(Self.maximumCharacters + 1))
        if characters.contains(UInt8(ascii: "%")) { throw .hasZone(String(text)) }
        guard !characters.isEmpty, characters.count <= Self.maximumCharacters else { throw .notAnAddress(String(text)) }
        if characters.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.parseIPv6(characters[...]) else { throw .notAnAddress(String(text)) }
            self = .ipv6(high: high, low: low)
        } else {
            guard let value = Self.parseIPv4(characters[...]) else { throw .notAnAddress(String(text)) }
            self = .ipv4(value)
        }
    }

    static func parseIPv4(_ text: ArraySlice<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let octet = decimal(part, maximum: 255) else { return nil }
            value = value << 8 | UInt32(octet)
        }
        return value
    }

    /// One to five digits without leading zeros.
    static func decimal(_ digits: ArraySlice<UInt8>, maximum: Int) -> Int? {
        guard (1...5).contains(digits.count), digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value <= maximum ? value : nil
    }

    private static func parseIPv6(_ text: ArraySlice<UInt8>) -> (UInt64, UInt64)? {
        var groups: [UInt16]
        if let gap = doubleColon(text) {
            guard let head = parseGroups(text[..<gap], dottedEnd: false),
                let tail = parseGroups(text[(gap + 2)...], dottedEnd: true),
                head.count + tail.count < 8
            else { return nil }
            groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        } else {
            guard let all = parseGroups(text, dottedEnd: true), all.count == 8 else { return nil }
            groups = all
        }
        let halves = [groups[..<4], groups[4...]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        return (halves[0], halves[1])
    }

    /// Where the first `::` begins; a second one leaves an empty group behind, which is refused there.
    private static func doubleColon(_ text: ArraySlice<UInt8>) -> Int? {
        text.indices.dropLast().first { text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: ":") }
    }

    private static func parseGroups(_ text: ArraySlice<UInt8>, dottedEnd: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if dottedEnd, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let value = parseIPv4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
            } else {
                guard let group = hexadecimal(part) else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(digit - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }
}
