/// How the network and its hosts are just now. Hosts are numbered; a scenario changes these values as it goes on.
public struct Conditions: Sendable {
    /// How long a message takes, in milliseconds, each by its own: so later ones overtake earlier ones.
    public var delay: ClosedRange<UInt64> = 1...40
    /// Messages that are lost, of a thousand. (Links are TCP in reality, where loss shows as delay; a core that stands
    /// this stands that.)
    public var lostPerMille = 0
    /// Messages that arrive twice, of a thousand.
    public var repeatedPerMille = 0
    /// Messages that take up to ``stragglerDelay`` longer, of a thousand.
    public var stragglersPerMille = 0
    /// How much longer, at most.
    public var stragglerDelay: UInt64 = 2_000
    /// A dial that nobody answers fails after so long (the nodes' links give up after 10 s).
    public var dialTimeout: UInt64 = 10_000
    /// A link over which nothing comes, because the other host is dead or the way is cut, ends after so long (the
    /// nodes' links: 90 s).
    public var silentLinkTimeout: UInt64 = 90_000

    @usableFromInline var sides: [UInt8]
    /// Cuts between sides, as a bit for each pair of them, and those between hosts.
    @usableFromInline var blockedSides: UInt64 = 0
    @usableFromInline var blockedPairs: Set<Pair> = []
    /// Whether there is any cut.
    @inlinable public var isAnythingBlocked: Bool { hasCuts }
    @usableFromInline var hasCuts = false
    /// Until when each host does nothing.
    @usableFromInline var pausedUntil: [UInt64]
    /// Up to how much later each host takes up what comes to it.
    @usableFromInline var slowness: [UInt64]
    /// Messages that each host doesn't hear, of a thousand.
    @usableFromInline var deafness: [Int]

    /// A network where everything works.
    public init(hosts: Int) {
        sides = Array(repeating: 0, count: hosts)
        pausedUntil = Array(repeating: 0, count: hosts)
        slowness = Array(repeating: 0, count: hosts)
        deafness = Array(repeating: 0, count: hosts)
    }

    /// Whether what one host sends reaches another one, as far as cuts go.
    @inlinable public func isOpen(from sender: Int, to receiver: Int) -> Bool {
        guard hasCuts else { return true }
        if blockedSides & Self.bit(from: sides[sender], to: sides[receiver]) != 0 { return false }
        return blockedPairs.isEmpty || !blockedPairs.contains(Pair(sender: sender, receiver: receiver))
    }

    /// Hosts may be on eight sides.
    @inlinable static func bit(from side: UInt8, to other: UInt8) -> UInt64 { 1 << UInt64(side << 3 | other) }

    @usableFromInline struct Pair: Hashable, Sendable {
        let sender: Int
        let receiver: Int

        @usableFromInline init(sender: Int, receiver: Int) {
            self.sender = sender
            self.receiver = receiver
        }
    }
}

// What a scenario does.
extension Conditions {
    /// Puts hosts on a side, 0 to 7, for ``block(from:to:)``. All are on side 0 at first.
    public mutating func put(_ hosts: some Sequence<Int>, onSide side: UInt8) {
        precondition(side < 8, "a side above 7")
        for host in hosts { sides[host] = side }
    }

    /// Lets nothing through from one side to another.
    public mutating func block(from side: UInt8, to other: UInt8) {
        blockedSides |= Self.bit(from: side, to: other)
        hasCuts = true
    }

    /// Lets nothing through from one host to another.
    public mutating func block(fromHost host: Int, to other: Int) {
        blockedPairs.insert(Pair(sender: host, receiver: other))
        hasCuts = true
    }

    /// Opens every way again.
    public mutating func heal() {
        blockedSides = 0
        blockedPairs = []
        hasCuts = false
    }

    /// Lets a host do nothing until `time`; what is sent to it waits.
    public mutating func pause(_ host: Int, until time: UInt64) { pausedUntil[host] = time }

    /// Lets a host take up each message and each link up to `delay` milliseconds late. Its own timers stay on time: so it
    /// doesn't wait longer for others than a fast one, which makes it judge them hastily.
    public mutating func slow(_ host: Int, by delay: UInt64) { slowness[host] = delay }

    /// Lets a host miss so many of a thousand messages.
    public mutating func deafen(_ host: Int, perMille: Int) { deafness[host] = perMille }
}
