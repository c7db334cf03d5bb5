import ArgumentParser
import MeshClientCore
import MeshCrypto
import MeshRing

/// `mesh nodes`.
struct NodesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes", abstract: "List the network's nodes, with state, and say which one is your residence.")

    /// How long a node is waited for, in milliseconds.
    static let patienceMilliseconds: UInt64 = 10_000

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        let view = try await failingAsync { try await Self.view(account, context) }
        guard let listing = NodeListing(view) else {
            throw TerminalFailure(
                .tryAgain, "no node could be reached, and none is known from before",
                hint: "add a start address with \u{ab}mesh node add HOST:PORT\u{bb}")
        }
        if json {
            try context.console.result(listing.json.text)
        } else {
            try context.console.writeResult(listing.plain)
        }
        guard view.isFresh else {
            throw TerminalFailure(.tryAgain, "no node could be reached: this is what was known last")
        }
    }

    private static func view(_ account: Account, _ context: CommandContext) async throws -> ClientRoster {
        let session = context.session(account, isReceiver: false)
        try session.start(.submitOnly)
        let starts = try StartAddresses(of: account.home).list.count
        var failed: Set<String> = []
        let deadline = session.now + patienceMilliseconds
        // Without a network known from before, there is nobody to ask but the start addresses.
        while !session.isConnected, session.now < deadline, session.network != nil || failed.count < starts {
            _ = try await session.turn(until: deadline)
            for case .startFailed(let start, _, _) in session.notices { failed.insert(start.location) }
            context.tell(session)
        }
        let view = session.isConnected ? await session.client?.roster() : nil
        await session.stop()
        return try view ?? stored(account)
    }

    /// What was known last.
    private static func stored(_ account: Account) throws -> ClientRoster {
        let roster = try NetworkFile(home: account.home).load()?.roster
        let members = roster.map { Array(Ring($0).replicaSet(for: account.identity.id)) } ?? []
        return ClientRoster(roster: roster, members: members, connected: nil, isFresh: false)
    }
}

/// The nodes of a network as one user sees them.
struct NodeListing {
    private let roster: Roster
    private let members: [NodeID]
    private let connected: NodeID?
    private let isFresh: Bool

    /// Nil where no network is known.
    init?(_ view: ClientRoster) {
        guard let roster = view.roster else { return nil }
        self.roster = roster
        members = view.members
        connected = view.connected
        isFresh = view.isFresh
    }

    /// A table for people.
    var plain: String {
        let rows = roster.members.map { [Self.address($0.record), "\($0.state)", "\($0.node)", role($0.node)] }
        let width = ([7] + rows.map { $0[0].count }).max() ?? 7
        let table = [["ADDRESS", "STATE", "NODE", ""]] + rows
        return table.map { row in
            let line = "\(row[0].padding(width))  \(row[1].padding(7))  \(row[2])"
            return row[3].isEmpty ? "\(line)\n" : "\(line)  \(row[3])\n"
        }.joined()
    }

    private func role(_ node: NodeID) -> String {
        guard let place = members.firstIndex(of: node) else { return "" }
        return place == 0 ? "your residence" : "may keep your messages too"
    }

    /// In the words of `mesh-node status`.
    var json: JSONText {
        .object([
            ("network", .string("\(roster.parameters.id)")), ("residence", .optional(members.first.map { "\($0)" })),
            ("connected", .optional(connected.map { "\($0)" })), ("confirmed", .bool(isFresh)),
            ("roster", .array(roster.members.map(node))),
        ])
    }

    private func node(_ member: Roster.Member) -> JSONText {
        .object([
            ("node", .string("\(member.node)")), ("address", .string(Self.address(member.record))),
            ("state", .string("\(member.state)")), ("residence", .bool(member.node == members.first)),
            ("member", .bool(members.contains(member.node))),
        ])
    }

    private static func address(_ record: NodeRecord) -> String {
        (record.provingEndpoints.first ?? record.endpoints.first).map { "\($0)" } ?? "\(record.placementAddress)"
    }
}

extension String {
    /// At least `width` characters, with spaces behind.
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
