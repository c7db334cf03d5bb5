/// How a person wants to be shown.
public struct Profile: Hashable, Sendable {
    /// Up to ``ChatLimits/nameScalars`` Unicode scalars without controls; empty for none.
    public let name: String
    /// The person's colour; nil for none.
    public let colour: Colour?

    /// The profile of somebody who said nothing.
    public static let none = Profile(checkedName: "", colour: nil)

    /// Takes a name and a colour.
    /// - Throws: ``ChatMessageError/nameTooLong(got:allowed:)`` or ``ChatMessageError/nameHasControl(scalar:)``.
    public init(name: String, colour: Colour? = nil) throws(ChatMessageError) {
        let scalars = name.unicodeScalars
        guard scalars.count <= ChatLimits.nameScalars else {
            throw .nameTooLong(got: scalars.count, allowed: ChatLimits.nameScalars)
        }
        if let control = scalars.first(where: Self.steersTerminals) { throw .nameHasControl(scalar: control.value) }
        self.init(checkedName: name, colour: colour)
    }

    private init(checkedName: String, colour: Colour?) {
        name = checkedName
        self.colour = colour
    }

    /// Controls, separators of lines, and what turns the direction of the text around a name: with these, a name could
    /// write elsewhere on the screen or pass for another.
    private static func steersTerminals(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}

/// A colour of 24 bits.
public struct Colour: Hashable, Sendable, CustomStringConvertible {
    /// 0xRRGGBB.
    public let rgb: UInt32

    /// Takes 0xRRGGBB.
    /// - Throws: ``ChatMessageError/colourOutOfRange(got:allowed:)``.
    public init(rgb: UInt32) throws(ChatMessageError) {
        guard rgb <= ChatLimits.colour else { throw .colourOutOfRange(got: rgb, allowed: ChatLimits.colour) }
        self.rgb = rgb
    }

    /// Reads `#rrggbb`, either case; nil for anything else.
    public init?(text: some StringProtocol) {
        let digits = text.dropFirst()
        guard text.first == "#", digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
            let rgb = UInt32(digits, radix: 16)
        else { return nil }
        self.rgb = rgb
    }

    /// `#rrggbb`, lower case.
    public var description: String {
        let digits = String(rgb, radix: 16)
        return "#" + String(repeating: "0", count: 6 - digits.utf8.count) + digits
    }
}
