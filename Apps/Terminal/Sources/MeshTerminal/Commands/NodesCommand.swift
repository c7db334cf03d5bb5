import ArgumentParser
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshRing

/// `mesh nodes`.
struct NodesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nodes", abstract: "List the network's nodes, with state, and say which one is your residence.")

    /// How long a node is waited for, in milliseconds.
    static let patienceMilliseconds: UInt64 = 10_000
    /// Others that see another network are asked again for so long, in milliseconds: after a change of the network they
    /// do for some seconds, and only who goes on is reported.
    static let agreementMilliseconds: UInt64 = 75_000
    /// How often, in milliseconds: often enough for several answers in that time.
    static let againMilliseconds: UInt64 = 10_000

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        let view = try await failingAsync { try await Self.view(account, context) }
        let reports = try failing { try account.store.nodeReports() }
        guard let listing = NodeListing(view, reports: reports) else {
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
        let view = session.isConnected ? try await agreed(session, context) : nil
        await session.stop()
        return try view ?? stored(account)
    }

    /// The nodes, once others see the same ones or have been found not to.
    private static func agreed(_ session: Session, _ context: CommandContext) async throws -> ClientRoster? {
        let deadline = session.now + agreementMilliseconds
        var view = await session.client?.roster()
        while let differing = view?.differing.count, differing > 0, view?.splitViews.isEmpty == true,
            session.isConnected, session.now < deadline
        {
            context.console.hint("\(differing) of the nodes asked see another network at present; asking again")
            let next = session.now + againMilliseconds
            while session.isConnected, session.now < next { _ = try await session.turn(until: next) }
            view = await session.client?.roster()
        }
        context.tell(session)
        return view
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
    private let asked: Int
    private let differing: [NodeID]
    private let splitViews: [ClientSplitView]
    private let reports: [NodeReport]

    /// Nil where no network is known.
    /// - Parameter reports: which nodes did not deliver what they should have.
    init?(_ view: ClientRoster, reports: [NodeReport] = []) {
        guard let roster = view.roster else { return nil }
        self.roster = roster
        members = view.members
        connected = view.connected
        isFresh = view.isFresh
        asked = view.asked.count
        differing = view.differing
        splitViews = view.splitViews
        self.reports = reports
    }

    /// A table for people.
    var plain: String {
        let rows = roster.members.map { [Self.address($0.record), "\($0.state)", "\($0.node)", role($0.node)] }
        let width = ([7] + rows.map { $0[0].count }).max() ?? 7
        let table = [["ADDRESS", "STATE", "NODE", ""]] + rows
        return table.map { row in
            let line = "\(row[0].padding(width))  \(row[1].padding(7))  \(row[2])"
            return row[3].isEmpty ? "\(line)\n" : "\(line)  \(row[3])\n"
        }.joined() + agreement + reproaches
    }

    /// What nodes did not deliver.
    private var reproaches: String {
        reports.map { report in
            let withheld = report.withheld == 0 ? [] : ["withheld \(report.withheld) that it had signed for"]
            let missing = report.missing == 0 ? [] : ["lacked \(report.missing) that others had"]
            let last = TimeText.local(report.lastAtMilliseconds)
            return "\n\(report.node) \((withheld + missing).joined(separator: ", ")), last \(last)\n"
        }.joined()
    }

    /// Whether others see the same network.
    private var agreement: String {
        guard asked > 0 else { return "" }
        let nodes = "\(asked) node\(asked == 1 ? "" : "s") asked"
        guard !differing.isEmpty || !splitViews.isEmpty else { return "\n\(nodes), all see the same network\n" }
        let count = differing.count
        let present = "\n\(nodes), \(count) see\(count == 1 ? "s" : "") another network at present\n"
        return present + splitViews.map { "\(NoticeText.splitView($0))\n" }.joined()
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
            ("reports", .array(reports.map(Self.report))),
            ("roster", .array(roster.members.map(node))), ("rosterDigest", .string(roster.digest.hex)),
            ("asked", .number(UInt64(asked))), ("differing", .array(differing.map { .string("\($0)") })),
            ("splitViews", .array(splitViews.map { .object(Self.fields(of: $0)) })),
        ])
    }

    private static func report(_ report: NodeReport) -> JSONText {
        .object([
            ("node", .string("\(report.node)")), ("withheld", .number(UInt64(report.withheld))),
            ("missing", .number(UInt64(report.missing))), ("last", .string("\(report.lastID)")),
            ("lastAt", .string(TimeText.rfc3339(report.lastAtMilliseconds))),
        ])
    }

    /// As an event has it, without the event's name.
    static func fields(of view: ClientSplitView) -> [(String, JSONText)] {
        [
            ("node", .string("\(view.node)")), ("digest", .string(view.digest.hex)),
            ("since", .string(TimeText.rfc3339(view.sinceMilliseconds))),
            ("users", .array(view.users.map { .string("\($0)") })),
        ]
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
