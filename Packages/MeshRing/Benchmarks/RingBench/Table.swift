import Glibc

/// Rows of text, printed with columns as wide as they need.
struct Table {
    private var rows: [[String]]

    init(_ head: [String]) {
        rows = [head]
    }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// The first column to the left, the others to the right.
    func printAll() {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }
            print(cells.joined(separator: "  "))
        }
    }
}

/// Says at once how far a long measurement is.
func progress(_ text: String) {
    print(text)
    fflush(nil)
}

extension Double {
    /// With so many digits behind the point.
    func text(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((magnitude * scale).rounded())
        let whole = (self < 0 ? "-" : "") + "\(scaled / Int(scale))"
        let fraction = "\(scaled % Int(scale))"
        return digits == 0 ? whole : whole + "." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// As a percentage; small ones with more digits.
    var percent: String { (self * 100).text(self > 0 && self < 0.1 ? 2 : 1) + " %" }
}
