public import MeshCrypto

/// How a simulation starts a core: thousands of them in one process, some of them broken on purpose.
@_spi(Simulation) public struct SwimSetup: Sendable {
    /// Parts that are taken away.
    public var faults: SwimFaults = []
    /// Whether a record is signed by its node: a simulation may remember the answer for identical bytes.
    public var verifier: @Sendable (NodeRecord) -> Bool = { $0.isSigned }
    /// The network that the node has been part of for long, with its own record; nil for one that starts.
    public var roster: Roster?
    /// The links it has in that network, in the order of node ids, with the endpoint where it dialled.
    public var links: [(node: NodeID, dialled: Endpoint?)] = []

    /// A whole core that starts.
    public init() {}
}

@_spi(Simulation) extension SwimMembership {
    /// Starts as `setup` says. With a roster in it there is no ``MembershipEvent/start``.
    public init(
        _ configuration: MembershipConfiguration, setup: SwimSetup, now: UInt64
    ) throws(MembershipError) {
        try self.init(configuration, faults: setup.faults, now: now)
        overlay.verifier = setup.verifier
        if let roster = setup.roster { goOn(in: roster, setup.links, now) }
    }

    private mutating func goOn(
        in roster: Roster, _ links: [(node: NodeID, dialled: Endpoint?)], _ now: UInt64
    ) {
        guard let own = roster[overlay.own.node] else { preconditionFailure("a roster without the node itself") }
        overlay.goOn(as: own.record, in: roster, links, now)
        timers.set(.probe, at: now + overlay.random.below(SwimLimits.probeInterval))
    }

    /// How much of what strangers can make grow is held now.
    public var occupancy: SwimOccupancy {
        SwimOccupancy(
            members: overlay.roster.members.count, candidates: overlay.candidates.count,
            waitingDials: overlay.dials.waitingCount, rounds: rounds.count, suspicions: suspicions.count,
            relays: relays.count, hints: hints.count)
    }
}

extension Overlay {
    /// As if it had been here for hours.
    mutating func goOn(
        as record: NodeRecord, in roster: Roster, _ links: [(node: NodeID, dialled: Endpoint?)], _ now: UInt64
    ) {
        own = record
        self.roster = roster
        self.roster.settle()
        toldDigest = self.roster.digest
        splitViews = SplitViewDetector(own: toldDigest, now: now)
        exchange.hasAskedForAll = true
        for (node, dialled) in links {
            self.links.up(node, dialled: dialled)
            scheduleMember(node, now)
        }
        timers.set(.housekeeping, at: now + 1 + random.below(MembershipLimits.housekeeping))
    }
}

/// What a core holds of things that strangers can make grow; each has its bound.
@_spi(Simulation) public struct SwimOccupancy: Sendable {
    /// Members of the roster.
    public let members: Int
    /// Unproven records.
    public let candidates: Int
    /// Dials that wait for others to end.
    public let waitingDials: Int
    /// Members being looked for, suspected, asked for others.
    public let rounds, suspicions, relays: Int
    /// Hints remembered.
    public let hints: Int
}
