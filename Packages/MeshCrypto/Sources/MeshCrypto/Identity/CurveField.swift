/// A number modulo p = 2^255 − 19, the field of Curve25519, for converting public keys.
///
/// Five limbs of 51 bits, the least first (Bernstein et al. 2012, "High-speed high-security signatures", 3). A limb may
/// have some bits more until ``bytes`` brings the number below p; every operation here takes what the others give.
struct CurveField {
    private var (limb0, limb1, limb2, limb3, limb4): (UInt64, UInt64, UInt64, UInt64, UInt64)

    private static let mask: UInt64 = 1 << 51 - 1
    static let one = CurveField(1, 0, 0, 0, 0)

    private init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64, _ limb4: UInt64) {
        (self.limb0, self.limb1, self.limb2, self.limb3, self.limb4) = (limb0, limb1, limb2, limb3, limb4)
    }

    /// The lower 255 bits of 32 little-endian bytes; nil where they aren't below p.
    init?(canonical bytes: Bytes32) {
        let (word0, word1) = (bytes.word0.littleEndian, bytes.word1.littleEndian)
        let (word2, word3) = (bytes.word2.littleEndian, bytes.word3.littleEndian & .max >> 1)
        self.init(
            word0 & Self.mask, (word0 >> 51 | word1 << 13) & Self.mask, (word1 >> 38 | word2 << 26) & Self.mask,
            (word2 >> 25 | word3 << 39) & Self.mask, word3 >> 12)
        let isBelow = word3 < .max >> 1 || word2 < .max || word1 < .max || word0 < .max - 18
        guard isBelow else { return nil }
    }

    /// 32 little-endian bytes of the number, below p.
    var bytes: Bytes32 {
        var number = carried.carried
        // Below 2^255 + 2^51 now. Adding 19 carries out of the top exactly where p is to be taken off.
        var carry = (number.limb0 + 19) >> 51
        carry = (number.limb1 + carry) >> 51
        carry = (number.limb2 + carry) >> 51
        carry = (number.limb3 + carry) >> 51
        carry = (number.limb4 + carry) >> 51
        number.limb0 += 19 * carry
        number = number.carriedWithoutTop
        var bytes = Bytes32()
        bytes.word0 = (number.limb0 | number.limb1 << 51).littleEndian
        bytes.word1 = (number.limb1 >> 13 | number.limb2 << 38).littleEndian
        bytes.word2 = (number.limb2 >> 26 | number.limb3 << 25).littleEndian
        bytes.word3 = (number.limb3 >> 39 | number.limb4 << 12).littleEndian
        return bytes
    }

    /// What is above 51 bits goes to the next limb.
    private var carriedWithoutTop: Self {
        var number = self
        number.limb1 += number.limb0 >> 51
        number.limb2 += number.limb1 >> 51
        number.limb3 += number.limb2 >> 51
        number.limb4 += number.limb3 >> 51
        number.limb0 &= Self.mask
        number.limb1 &= Self.mask
        number.limb2 &= Self.mask
        number.limb3 &= Self.mask
        number.limb4 &= Self.mask
        return number
    }

    /// The same, and what is above 2^255 comes back nineteenfold.
    private var carried: Self {
        var number = self
        let top = number.limb4 + (number.limb3 + (number.limb2 + (number.limb1 + number.limb0 >> 51) >> 51) >> 51) >> 51
        number = number.carriedWithoutTop
        number.limb0 += 19 * (top >> 51)
        return number
    }

    /// Of two numbers whose limbs have 54 bits at most.
    static func + (left: Self, right: Self) -> Self {
        Self(
            left.limb0 + right.limb0, left.limb1 + right.limb1, left.limb2 + right.limb2, left.limb3 + right.limb3,
            left.limb4 + right.limb4)
    }

    /// 2·p minus a number whose limbs have 51 bits.
    static prefix func - (number: Self) -> Self {
        Self(
            2 * (mask - 18) - number.limb0, 2 * mask - number.limb1, 2 * mask - number.limb2, 2 * mask - number.limb3,
            2 * mask - number.limb4)
    }

    /// Of two numbers whose limbs have 54 bits at most; the product's have 51, the second of them a few more.
    static func * (left: Self, right: Self) -> Self {
        let (a0, a1, a2, a3, a4) = (left.limb0, left.limb1, left.limb2, left.limb3, left.limb4)
        let (b0, b1, b2, b3, b4) = (right.limb0, right.limb1, right.limb2, right.limb3, right.limb4)
        // 2^255 is 19.
        let (c1, c2, c3, c4) = (19 &* b1, 19 &* b2, 19 &* b3, 19 &* b4)
        var sum0 = wide(a0, b0) &+ wide(a1, c4) &+ wide(a2, c3) &+ wide(a3, c2) &+ wide(a4, c1)
        var sum1 = wide(a0, b1) &+ wide(a1, b0) &+ wide(a2, c4) &+ wide(a3, c3) &+ wide(a4, c2)
        var sum2 = wide(a0, b2) &+ wide(a1, b1) &+ wide(a2, b0) &+ wide(a3, c4) &+ wide(a4, c3)
        var sum3 = wide(a0, b3) &+ wide(a1, b2) &+ wide(a2, b1) &+ wide(a3, b0) &+ wide(a4, c4)
        var sum4 = wide(a0, b4) &+ wide(a1, b3) &+ wide(a2, b2) &+ wide(a3, b1) &+ wide(a4, b0)
        let (limb0, limb1) = (take(&sum0, &sum1), take(&sum1, &sum2))
        let (limb2, limb3) = (take(&sum2, &sum3), take(&sum3, &sum4))
        var top: UInt128 = 0
        let limb4 = take(&sum4, &top)
        let low = limb0 &+ 19 &* UInt64(truncatingIfNeeded: top)
        return Self(low & mask, limb1 &+ low >> 51, limb2, limb3, limb4)
    }

    private static func wide(_ left: UInt64, _ right: UInt64) -> UInt128 { UInt128(left) &* UInt128(right) }

    /// The lower 51 bits of a sum; the others go to the next.
    private static func take(_ sum: inout UInt128, _ next: inout UInt128) -> UInt64 {
        next &+= sum >> 51
        return UInt64(truncatingIfNeeded: sum) & mask
    }

    /// What gives one by multiplication, x^(p − 2); zero for zero: 254 squarings and 11 products, in the reference
    /// implementation's order.
    var inverse: Self {
        let to2 = squared(1)  // x^2
        let to9 = to2.squared(2) * self  // x^9
        let to11 = to9 * to2  // x^11
        let ones5 = to11.squared(1) * to9  // x^(2^5 − 1), and so on
        let ones10 = ones5.squared(5) * ones5
        let ones20 = ones10.squared(10) * ones10
        let ones40 = ones20.squared(20) * ones20
        let ones50 = ones40.squared(10) * ones10
        let ones100 = ones50.squared(50) * ones50
        let ones200 = ones100.squared(100) * ones100
        return (ones200.squared(50) * ones50).squared(5) * to11
    }

    /// x^(2^times).
    private func squared(_ times: Int) -> Self {
        var result = self
        for _ in 0..<times { result = result * result }
        return result
    }
}
