/// A node's status for people.
enum StatusReport {
    /// Several lines: what the node is and has, then a table of the roster. No newline at the end.
    static func text(_ status: NodeStatus) -> String {
        (facts(status) + [""] + roster(status)).joined(separator: "\n")
    }

    private static func facts(_ status: NodeStatus) -> [String] {
        var rows = [("status", status.statusText), ("node", status.node), ("address", status.address)]
        if let network = status.network {
            rows.append(("network", network + (status.replicas.map { ", \(counted($0, "replica"))" } ?? "")))
        }
        if let needed = status.neededCopies { rows.append(("accepts", accepts(needed, status.missing ?? []))) }
        rows += [
            ("version", status.version),
            ("uptime", duration(seconds: status.uptimeSeconds)),
            ("links", "\(counted(status.links.clients, "client")), \(counted(status.links.nodes, "node"))"),
            ("queues", queues(status.queues)),
            ("digest", status.rosterDigest),
        ]
        rows += (status.splitViews ?? []).map { ("split", "\($0) has seen another network for a minute or longer") }
        return rows.map { pad($0.0, 9) + LogText.oneLine($0.1) }
    }

    /// How many copies make a message accepted, and who can't be reached of those who count.
    private static func accepts(_ needed: Int, _ missing: [String]) -> String {
        let copies = "with \(needed == 1 ? "1 copy" : "\(needed) copies") on disk"
        return missing.isEmpty ? copies : copies + "; missing " + missing.joined(separator: ", ")
    }

    private static func roster(_ status: NodeStatus) -> [String] {
        let width = max(7, status.roster.map(\.address.count).max() ?? 0)
        let header = "\(pad("STATE", 9))\(pad("ADDRESS", width + 2))NODE"
        return [header]
            + status.roster.map { member in
                let own = member.node == status.node ? " (this node)" : ""
                return LogText.oneLine("\(pad(member.state, 9))\(pad(member.address, width + 2))\(member.node)\(own)")
            }
    }

    private static func queues(_ queues: NodeStatus.Queues) -> String {
        "\(counted(queues.messages, "message")) for \(counted(queues.recipients, "recipient")), \(size(queues.bytes))"
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The two largest units: `3 d 4 h`, `12 min 5 s`, `7 s`.
    static func duration(seconds: UInt64) -> String {
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        let first = parts.firstIndex { $0.0 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.0 > 0 || first == 3 }.map { "\($0.0) \($0.1)" }
            .joined(separator: " ")
    }

    /// Bytes in the largest unit of 1024 with one decimal place.
    static func size(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return counted(bytes, "byte") }
        var tenths = bytes * 10 / 1024
        var unit = 0
        let units = ["KiB", "MiB", "GiB", "TiB"]
        while tenths >= 10_240, unit < units.count - 1 {
            tenths /= 1024
            unit += 1
        }
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
    }
}
