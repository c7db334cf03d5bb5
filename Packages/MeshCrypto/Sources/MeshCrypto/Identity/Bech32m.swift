/// Bech32m (BIP-350): bytes as text that a person can copy, with a checksum that finds every error in up to four
/// characters.
///
/// A text is a prefix (the human-readable part), `1`, the data in letters of five bits, and six letters of checksum;
/// it is all lower or all upper case and has at most 90 characters.
public enum Bech32m {
    /// BIP-173's limit, up to which the checksum finds any four errors.
    public static let maximumCharacters = 90
    /// What is left for data at the shortest prefix: (90 − 1 − 1 − 6) letters of 5 bits.
    public static let maximumBytes = 51

    static let checksumCount = 6
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    /// The letters' values by ASCII code, either case; 255 where there is no such letter.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 128)
        for (value, letter) in alphabet.enumerated() {
            values[Int(letter)] = UInt8(value)
            if letter >= UInt8(ascii: "a") { values[Int(letter) - 32] = UInt8(value) }
        }
        return values
    }()

    /// The text of `bytes` under `prefix`, lower case.
    ///
    /// The prefix is ours and short: one that isn't lower-case ASCII, or a text of over 90 characters, traps.
    public static func encode(prefix: String, bytes: some Collection<UInt8>) -> String {
        encode(prefix: prefix, values: Bits.regroup(bytes, from: 8, to: 5))
    }

    /// The prefix (lower case) and the bytes of a text.
    public static func decode(_ text: some StringProtocol) throws(Bech32mError) -> (prefix: String, bytes: [UInt8]) {
        let (prefix, values) = try decodeValues(text)
        guard let bytes = Bits.regroupStrictly(values) else { throw .badPadding }
        return (prefix, bytes)
    }

    static func encode(prefix: String, values: [UInt8]) -> String {
        let head = Array(prefix.utf8)
        precondition(!head.isEmpty && head.allSatisfy(isLowerPrintable), "a bech32m prefix is printable, lower case")
        precondition(head.count + 1 + values.count + checksumCount <= maximumCharacters, "too long for bech32m")
        let letters = (values + checksum(head, values)).map { alphabet[Int($0)] }
        return String(decoding: head + [UInt8(ascii: "1")] + letters, as: UTF8.self)
    }

    static func decodeValues(_ text: some StringProtocol) throws(Bech32mError) -> (prefix: String, values: [UInt8]) {
        let letters = try lowerCase(text)
        guard let separator = letters.lastIndex(of: UInt8(ascii: "1")) else { throw .noSeparator }
        guard separator > 0 else { throw .noPrefix }
        let head = letters[..<separator]
        var values: [UInt8] = []
        for (offset, letter) in letters[(separator + 1)...].enumerated() {
            let value = Self.values[Int(letter)]
            guard value < 32 else { throw .badCharacter(position: separator + 1 + offset) }
            values.append(value)
        }
        guard values.count >= checksumCount else { throw .tooShort }
        guard polymod(expand(head) + values) == checksumConstant else { throw .wrongChecksum }
        return (String(decoding: head, as: UTF8.self), values.dropLast(checksumCount))
    }

    /// Checks length, printable ASCII and case; the result is lower case.
    private static func lowerCase(_ text: some StringProtocol) throws(Bech32mError) -> [UInt8] {
        let letters = Array(text.utf8.prefix(maximumCharacters + 1))
        guard letters.count <= maximumCharacters else {
            throw .tooLong(got: text.utf8.count, allowed: maximumCharacters)
        }
        if let position = letters.firstIndex(where: { $0 < 33 || $0 > 126 }) { throw .badCharacter(position: position) }
        let upper = letters.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        let lower = letters.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard !(upper && lower) else { throw .mixedCase }
        return upper ? letters.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 } : letters
    }

    private static func isLowerPrintable(_ byte: UInt8) -> Bool {
        (33...126).contains(byte) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

// The checksum: a BCH code over GF(32), as BIP-173 gives it, ending in BIP-350's constant.
extension Bech32m {
    private static let checksumConstant: UInt32 = 0x2bc8_30a3
    private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]

    private static func checksum(_ head: [UInt8], _ values: [UInt8]) -> [UInt8] {
        let rest = polymod(expand(head) + values + [0, 0, 0, 0, 0, 0]) ^ checksumConstant
        return (0..<6).map { UInt8(truncatingIfNeeded: rest >> (5 * (5 - $0))) & 31 }
    }

    private static func expand(_ head: some Collection<UInt8>) -> [UInt8] {
        head.map { $0 >> 5 } + [0] + head.map { $0 & 31 }
    }

    private static func polymod(_ values: [UInt8]) -> UInt32 {
        var rest: UInt32 = 1
        for value in values {
            let top = rest >> 25
            rest = (rest & 0x1ff_ffff) << 5 ^ UInt32(value)
            for bit in 0..<5 where top >> bit & 1 == 1 { rest ^= generator[bit] }
        }
        return rest
    }
}

/// Groups of bits: 8 to 5 with zeros behind, and strictly back.
private enum Bits {
    static func regroup(_ input: some Collection<UInt8>, from: Int, to: Int) -> [UInt8] {
        var output: [UInt8] = []
        var accumulator: UInt32 = 0
        var held = 0
        for value in input {
            accumulator = accumulator << from & 0xfff | UInt32(value)
            held += from
            while held >= to {
                held -= to
                output.append(UInt8(accumulator >> held & (1 << to - 1)))
            }
        }
        if held > 0, from == 8 { output.append(UInt8(accumulator << (to - held) & (1 << to - 1))) }
        return output
    }

    /// Nil unless what is left over are fewer than five bits, all zero: else one value would have several texts.
    static func regroupStrictly(_ values: [UInt8]) -> [UInt8]? {
        let left = values.count * 5 % 8
        guard left < 5 else { return nil }
        guard left == 0 || values[values.count - 1] & (1 << left - 1) == 0 else { return nil }
        return regroup(values, from: 5, to: 8)
    }
}
