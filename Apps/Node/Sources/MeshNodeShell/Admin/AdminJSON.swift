import FoundationEssentials

/// The endpoint's JSON.
enum AdminJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers always have a JSON form.
        guard let data = try? encoder.encode(value) else { preconditionFailure("a status has a JSON form") }
        return String(decoding: data, as: UTF8.self)
    }

    static func error(_ reason: String) -> String { text(["error": reason]) }

    static func status(_ text: some Sequence<UInt8>) -> NodeStatus? {
        try? JSONDecoder().decode(NodeStatus.self, from: Data(text))
    }

    static func process(_ text: some Sequence<UInt8>) -> Int32? {
        (try? JSONDecoder().decode([String: Int32].self, from: Data(text)))?["process"]
    }

    static func reason(_ text: some Sequence<UInt8>) -> String? {
        (try? JSONDecoder().decode([String: String].self, from: Data(text)))?["error"]
    }
}
