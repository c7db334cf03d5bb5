import Foundation

/// What was measured, for people and for programs.
struct Report: Sendable {
    let results: Results
    let limits: MachineLimits?

    /// One line of JSON: by shape the figures as `[min, median, max]`, `limits`, and of peers the same under `peers`.
    var json: String {
        var parts = results.of(nil).map(Self.json)
        if let limits { parts.append(Self.object("limits", limits.named.map { ($0.name, Self.number($0.value)) })) }
        let peers = results.peers.map { Self.object($0.rawValue, results.of($0).map(Self.json)) }
        if !peers.isEmpty {
            parts.append(Self.object("peers", peers))
            let ratios = results.ratios.map { name, ratios in
                Self.object(name, ratios.map { ($0.name, Self.number($0.value)) })
            }
            parts.append(Self.object("ratios", ratios))
        }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func json(_ result: ShapeResult) -> String {
        let figures = result.figures.map { ($0.name, "[\($0.spread.all.map(number).joined(separator: ","))]") }
        return object(result.shape.rawValue, figures)
    }

    private static func object(_ name: String, _ fields: [(String, String)]) -> String {
        object(name, fields.map { "\"\($0)\":\($1)" })
    }

    private static func object(_ name: String, _ fields: [String]) -> String {
        "\"\(name)\":{\(fields.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        String(format: "%.4g", value).contains("e") ? String(Int(value)) : String(format: "%.4g", value)
    }

    /// A table of one shape.
    static func text(_ result: ShapeResult, of contender: String) -> String {
        let lines = result.figures.map { figure in
            let values = figure.spread.all.map { padded(number($0), 10) }.joined(separator: " ")
            return "  " + figure.name.padding(toLength: 26, withPad: " ", startingAt: 0) + values
        }
        var text = ([title(result, contender)] + lines).joined(separator: "\n")
        let roles = result.runs.first?.serverCPUMicroseconds.count ?? 0
        if roles > 1 { text += "\n" + perServer(result, roles) }
        return text
    }

    private static func title(_ result: ShapeResult, _ contender: String) -> String {
        ("\(contender) \(result.shape) (\(result.runs.count)×)").padding(toLength: 28, withPad: " ", startingAt: 0)
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

    static func text(_ limits: MachineLimits) -> String { text(limits.named) }

    static func text(_ values: [(name: String, value: Double)]) -> String {
        values.map { "  " + $0.name.padding(toLength: 26, withPad: " ", startingAt: 0) + padded(number($0.value), 21) }
            .joined(separator: "\n")
    }

    private static func padded(_ text: String, _ count: Int) -> String {
        String(repeating: " ", count: max(0, count - text.count)) + text
    }
}
