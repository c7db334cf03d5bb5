import Glibc

/// A value of a report.
indirect enum JSON {
    case number(Double)
    case count(Int)
    case object([(String, JSON)])

    /// The median and the greatest of several measurements.
    static func spread(_ values: [Double]) -> JSON {
        .object([("median", .number(values.median)), ("max", .number(values.max() ?? 0))])
    }

    /// Indented text.
    func text(indent: String = "") -> String {
        switch self {
        case .number(let value): return value.isFinite ? "\(value)" : "null"
        case .count(let value): return "\(value)"
        case .object(let members):
            let inner = indent + "  "
            let lines = members.map { "\(inner)\"\($0.0)\": \($0.1.text(indent: inner))" }
            return lines.isEmpty ? "{}" : "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
        }
    }

    /// Writes the text to a file whose directory exists.
    func write(to path: String) throws(ReportError) {
        let bytes = Array((text() + "\n").utf8)
        guard let file = fopen(path, "w") else { throw ReportError(path: path, code: errno) }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else { throw ReportError(path: path, code: errno) }
        print("figures: \(path)")
    }
}

/// A report that couldn't be written.
struct ReportError: Error, CustomStringConvertible {
    let path: String
    let code: Int32

    var description: String { "\(path): \(String(cString: strerror(code)))" }
}

extension [Double] {
    /// The middle one, of an even number the mean of the middle two; 0 if there is none.
    var median: Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}
