/// Every bound and interval of membership, with its reason. Times are milliseconds.
public enum MembershipLimits {
    // Belief.

    /// DESIGN §5: how old a proof may be where the standing link came from the other side.
    public static let proofRenewal: UInt64 = 30 * 60_000
    /// Three renewals may fail before a node that still holds a link counts as down.
    public static let proofExpiry: UInt64 = 90 * 60_000
    /// Unproven records held, all introducers together: 3 MB at most, and a joiner of a network of thousands proves
    /// them in passing.
    public static let candidates = 4_096
    /// Unproven records held of one IPv4 /16 or IPv6 /32 outside a laboratory: twice what could ever be placed.
    public static let candidatesPerPrefix = 128
    /// Dials for a candidate before it is dropped; whoever believes in it names it again.
    public static let candidateAttempts = 3
    /// Wait before a candidate's next attempt, times 4 for each one more.
    public static let candidateRetry: UInt64 = 5_000
    /// Members claiming one place. More are behind one NAT hardly ever; an attacker's surplus keys crowd out each
    /// other.
    public static let claimantsPerPlace = 8
    /// Members of one IPv4 /16 or IPv6 /32 outside a laboratory: the 64 that count, and as many again four times for
    /// those that are down or wait.
    public static let membersPerPrefix = 256

    // Dials.

    /// Dials under way at once: a thousand members are dialled in some seconds, and sockets stay few.
    public static let dialsInFlight = 64
    /// Failed dials for proof that one introducer may cause before its candidates wait; as many may be under way for it,
    /// so that a joiner proves a thousand members through one introducer in some seconds.
    public static let introducerCredit = 64
    /// An introducer regains one failed dial in this time.
    public static let introducerRegain: UInt64 = 10_000
    /// Failed dials for proof to one address (in a laboratory: endpoint) before it is left alone: nobody can make the
    /// network knock at a stranger's door all day.
    public static let targetCredit = 8
    /// An address regains one failed dial in this time.
    public static let targetRegain: UInt64 = 60_000
    /// Introducers and targets remembered for having failed; then new ones are refused.
    public static let creditEntries = 8_192
    /// A dial that the shell didn't answer for so long counts as failed.
    public static let dialTimeout: UInt64 = 30_000
    /// First wait before a lost member is dialled again, doubled each time.
    public static let redialMinimum: UInt64 = 500
    /// Longest wait: a machine that comes back is in its place within a minute.
    public static let redialMaximum: UInt64 = 60_000
    /// Longest wait between dials of start addresses while nobody is there.
    public static let startRedialMaximum: UInt64 = 30_000

    // States.

    /// DESIGN §6: a record that is down stays this long.
    public static let downRetention: UInt64 = 14 * 24 * 3_600_000
    /// DESIGN §6: a node that left is remembered as long as a message may live.
    public static let leftRetention: UInt64 = 14 * 24 * 3_600_000
    /// DESIGN §6: how long a node must be down before a new key at its address and slot takes its place.
    public static let supersedeAfter: UInt64 = 10 * 60_000
    /// At most one higher incarnation in this time, so that two processes with one key don't drive each other up.
    public static let raiseInterval: UInt64 = 1_000

    // Exchange.

    /// How often a peer with another digest is looked for.
    public static let exchangeInterval: UInt64 = 1_000
    /// How long the same two digests aren't compared again: nodes that judge differently don't flood each other.
    public static let exchangeRepeat: UInt64 = 15_000
    /// Changes within this time are told as one digest.
    public static let digestDelay: UInt64 = 250
    /// To how many peers a newly believed record is passed on at once; the digests see to the rest.
    public static let spreadFanout = 3
    /// Records taken from one event; more is a mistake of the shell and traps.
    public static let recordsPerEvent = Roster.maximumMembers
    /// A message between cores: small enough to share a packet with others.
    public static let maximumMessageBytes = 1_200

    // Keeping.

    /// Changes within this time are written to disk as one.
    public static let persistDelay: UInt64 = 1_000
    /// How often what has expired is looked for.
    public static let housekeeping: UInt64 = 30_000
}
