/// Text of other people for a terminal.
enum SafeText {
    /// Controls become visible signs (U+2400…), so that nobody's words can move the cursor, change the title or type
    /// commands. Line ends and tabs stay; what turns the direction around beyond its line is left out.
    static func lines(_ text: String) -> String { clean(text, keeping: ["\n", "\t"]) }

    /// The same in one line: line ends become visible too.
    static func line(_ text: String) -> String { clean(text, keeping: []) }

    private static func clean(_ text: String, keeping kept: Set<Unicode.Scalar>) -> String {
        var out = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { last = scalar }
            switch scalar.value {
            case _ where kept.contains(scalar): out.append(scalar)
            // The line end of other systems is one line end.
            case 0x0D where kept.contains("\n"): out.append("\n")
            case 0..<0x20: out.append(Unicode.Scalar(UInt32(0x2400) + scalar.value) ?? " ")
            case 0x7F: out.append("\u{2421}")
            case 0x80..<0xA0: out.append("\u{FFFD}")
            case 0x2028, 0x2029: out.append(kept.contains("\n") ? "\n" : " ")
            case 0x202A...0x202E, 0x2066...0x2069: continue
            default: out.append(scalar)
            }
            // "\r\n" gave two line ends by now.
            if last == "\r", scalar == "\n", kept.contains("\n") { out.removeLast() }
        }
        return String(out)
    }
}
