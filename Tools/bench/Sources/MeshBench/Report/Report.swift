import Foundation

/// What was measured, for people and for programs.
struct Report: Sendable {
    let results: [ShapeResult]
    let limits: MachineLimits?

    /// One line of JSON: by shape the figures as `[min, median, max]`, and `limits`.
    var json: String {
        var parts = results.map { result in
            let figures = result.figures.map {
                "\"\($0.name)\":[\($0.spread.all.map(Self.number).joined(separator: ","))]"
            }
            return "\"\(result.name)\":{\(figures.joined(separator: ","))}"
        }
        if let limits {
            let values = limits.named.map { "\"\($0.name)\":\(Self.number($0.value))" }
            parts.append("\"limits\":{\(values.joined(separator: ","))}")
        }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        String(format: "%.4g", value).contains("e") ? String(Int(value)) : String(format: "%.4g", value)
    }

    /// A table of one shape.
    static func text(_ result: ShapeResult) -> String {
        let lines = result.figures.map { figure in
            let values = figure.spread.all.map { padded(number($0), 10) }.joined(separator: " ")
            return "  " + figure.name.padding(toLength: 26, withPad: " ", startingAt: 0) + values
        }
        var text = ([title(result)] + lines).joined(separator: "\n")
        let roles = result.runs.first?.serverCPUMicroseconds.count ?? 0
        if roles > 1 { text += "\n" + perServer(result, roles) }
        return text
    }

    private static func title(_ result: ShapeResult) -> String {
        (result.name + " (\(result.runs.count)×)").padding(toLength: 28, withPad: " ", startingAt: 0)
            + ["min", "median", "max"].map { padded($0, 10) }.joined(separator: " ")
    }

    private static func perServer(_ result: ShapeResult, _ roles: Int) -> String {
        (0..<roles).compactMap { role in
            result.spread { $0.serverCPUMicroseconds[role] }.map { spread in
                "  " + "  of node \(role)".padding(toLength: 26, withPad: " ", startingAt: 0)
                    + spread.all.map { padded(number($0), 10) }.joined(separator: " ")
            }
        }.joined(separator: "\n")
    }

    static func text(_ limits: MachineLimits) -> String {
        limits.named.map {
            "  " + $0.name.padding(toLength: 26, withPad: " ", startingAt: 0) + padded(number($0.value), 21)
        }
        .joined(separator: "\n")
    }

    private static func padded(_ text: String, _ count: Int) -> String {
        String(repeating: " ", count: max(0, count - text.count)) + text
    }
}
