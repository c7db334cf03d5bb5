@_spi(Simulation) import MeshRing

/// What happens to a network of nodes that have been together for hours.
package enum Scenario: String, CaseIterable, Codable, Sendable {
    /// Nothing, and nothing is lost.
    case idle
    /// Nothing but the loss of messages.
    case loss
    /// One node joins.
    case join
    /// A hundred nodes join within a second.
    case joinMany = "join-100"
    /// One machine falls silent.
    case crash
    /// A process ends, and its system says so.
    case end
    /// Of all machines 30 % fall silent at once.
    case crashMany = "crash-30%"
    /// Two halves don't reach each other for 30 s.
    case partition
    /// What one half sends doesn't reach the other one for 30 s.
    case oneWay = "one-way"
    /// One node is stopped for 20 s.
    case pause
    /// All nodes are restarted, one of a hundred at a time.
    case restart
    /// One node of a hundred does everything up to two seconds late, for long.
    case slow
    /// A tenth of all nodes, in one prefix, accuse everybody for a minute.
    case accused
    /// Records with changed bits, of former incarnations and of one that left are passed on for a minute.
    case forged
    /// One member tells of 100,000 nodes that don't exist.
    case invented
    /// A member that half of the network can't reach joins: the halves have different rosters.
    case twoRosters = "two-rosters"
    /// A member signs two records of one incarnation, and shows each to one half.
    case twoRecords = "two-records"

    /// What the table says.
    package var title: String {
        switch self {
        case .idle: "nothing happens, no loss"
        case .loss: "nothing but loss"
        case .join: "join of one"
        case .joinMany: "join of 100 at once"
        case .crash: "crash of one machine"
        case .end: "end of one process"
        case .crashMany: "crash of 30 % at once"
        case .partition: "partition of 30 s, healed"
        case .oneWay: "one-way partition of 30 s"
        case .pause: "one paused for 20 s"
        case .restart: "rolling restart of all"
        case .slow: "1 % of nodes slow"
        case .accused: "a tenth in one prefix accuses all"
        case .forged: "forged and replayed records"
        case .invented: "100,000 invented nodes"
        case .twoRosters: "two rosters for two halves"
        case .twoRecords: "two records of one node"
        }
    }

    /// Whether nodes are marked down rightly that run: then removals are reported apart.
    package var cutsNodesOff: Bool { [.partition, .oneWay, .pause].contains(self) }

    /// Whether some of the nodes lie.
    package var hasLiars: Bool { [.accused, .forged, .invented, .twoRosters, .twoRecords].contains(self) }

    /// Nodes that the cast needs beside the members.
    package var joiners: Int { self == .join || self == .twoRosters ? 1 : self == .joinMany ? 100 : 0 }
}

/// What a run is made of: the same values give the same run.
package struct RunSettings: Codable, Hashable, Sendable {
    /// What happens.
    package var scenario: Scenario
    /// How many nodes are there at first.
    package var nodes: Int
    /// Messages lost, of a hundred.
    package var lossPercent: Int
    /// Where all chance comes from.
    package var seed: UInt64
    /// How long a scenario without an end lasts, in milliseconds.
    package var duration: UInt64

    /// Takes the parts as they are.
    package init(scenario: Scenario, nodes: Int, lossPercent: Int, seed: UInt64, duration: UInt64 = 60_000) {
        self.scenario = scenario
        self.nodes = nodes
        self.lossPercent = lossPercent
        self.seed = seed
        self.duration = duration
    }
}

/// What came of a run.
package struct RunResult: Codable, Equatable, Sendable {
    /// What it was made of.
    package var settings: RunSettings
    /// Time until all nodes that run agreed on exactly those, in milliseconds; nil if they didn't.
    package var agreedAfter: UInt64?
    /// Marks of nodes that ran and were reached by most others.
    package var falseRemovals: Int
    /// Time that all nodes together ran, in milliseconds.
    package var nodeMilliseconds: UInt64
    /// What all of them sent in that time.
    package var messages: Int
    /// Its bytes.
    package var bytes: Int
    /// Links that they opened.
    package var dials: Int
    /// What an honest node held of members, and of unproven records, at most.
    package var peakMembers = 0
    package var peakCandidates = 0
    /// Honest nodes that reported a split view, of how many.
    package var splitReports = 0
    package var honestNodes = 0
    /// Where rosters differ, if there is no agreement; else who removed whom falsely.
    package var differences: String?

    /// Whether this must not happen.
    package var isFailure: Bool {
        if agreedAfter == nil || (falseRemovals > 0 && !settings.scenario.cutsNodesOff) { return true }
        if peakCandidates > MembershipLimits.candidates + settings.nodes { return true }
        return settings.scenario == .twoRosters && splitReports < honestNodes
    }
}
