import MeshWire

/// Every bound of a link, its listener and its dialler. What is named here can be changed by who runs it; what both
/// ends must agree on stands as a constant in ``WireLimits`` and at the codecs.
public struct LinkLimits: Sendable, Hashable {
    /// How long a TCP connection may take to come about, for each address of a name. A host that drops packets would
    /// else hold a dial for minutes.
    public var connectTimeoutMilliseconds: UInt64 = 10_000
    /// From the accepted or made connection to the finished handshake. Three round trips and some hundred bytes: ten
    /// seconds are enough for a satellite link, and end what connects and then says nothing.
    public var handshakeTimeoutMilliseconds: UInt64 = 10_000
    /// A dialled link that has heard nothing for so long sends a WebSocket ping. Below the 60 s after which many
    /// address translators and proxies forget a connection.
    public var pingAfterMilliseconds: UInt64 = 30_000
    /// An accepted link waits longer, so that normally only the dialler pings, and one ping keeps both ends content.
    public var acceptedPingAfterMilliseconds: UInt64 = 45_000
    /// No whole WebSocket frame for so long (two pings unanswered): the peer is gone, or it trickles bytes to hold
    /// memory. The slowest honest peer, 65,535 bytes in 90 s, needs 6 kbit/s.
    public var silentAfterMilliseconds: UInt64 = 90_000
    /// What is written has stood above the writable mark for so long: the peer doesn't read. The same reasoning.
    public var stalledAfterMilliseconds: UInt64 = 90_000
    /// A closing link may take so long to write what waits: a client's whole credit over 150 kbit/s.
    public var drainingTimeoutMilliseconds: UInt64 = 15_000
    /// A link that has written everything waits so long for the other end to close, so that what was written last
    /// arrives. Also what a shutdown may take altogether.
    public var closingTimeoutMilliseconds: UInt64 = 2_000

    /// Bytes that may wait to be written to a user or guest. Credit bounds what a client is sent to a fraction of it
    /// (`WireLimits.clientCredit`); the rest is room for answers.
    public var clientOutboundBytes = 1 * 1_024 * 1_024
    /// Bytes that may wait to be written to a node, or from a client to its node: eight times the credit between nodes.
    public var nodeOutboundBytes = 16 * 1_024 * 1_024

    /// Accepted links whose handshake isn't finished, for each listener. At 5,000 handshakes a second a burst of a
    /// thousand passes in a fifth of a second; more are somebody's flood.
    public var linksInHandshake = 1_000
    /// Accepted links altogether, for each listener: some 20,000 files may be open in a process of many systems, and
    /// the store, the log and dialled links need some.
    public var links = 19_500
    /// Accepted links from one IPv4 address or IPv6 /56, so that one subscriber can't take all places, while an
    /// office or a village behind one address finds room. Not counted in a laboratory network.
    public var linksPerPrefix = 512

    /// The limits as they stand above.
    public init() {}

    /// Plaintext of one link message where small frames are gathered: beyond 16 KiB a cipher call costs nothing
    /// that matters, and the receiver can begin earlier.
    static let gatheredBytes = 16 * 1_024
    /// Memory that an event loop keeps between its own batches: room for some hundred messages.
    static let keptBatchBytes = 512 * 1_024
    /// What nobody waits for is written at the latest after so long: on a busy link something urgent takes it along.
    static let unhurriedMilliseconds: Int64 = 25
    /// A message of the handshake: 145 bytes are the longest (``LinkHandshakePayload``), a later version may say more.
    static let handshakeMessageBytes = 512
    /// A link counts as not writable above the high mark of bytes that wait, and as writable again below the low one.
    static let writableLowMark = 64 * 1_024
    static let writableHighMark = 256 * 1_024
    /// How often deadlines are looked at: they are kept to within this, or a quarter of the shortest one.
    static let longestTickMilliseconds: UInt64 = 1_000

    var tickMilliseconds: UInt64 {
        let shortest = [
            handshakeTimeoutMilliseconds, pingAfterMilliseconds, acceptedPingAfterMilliseconds,
            silentAfterMilliseconds, stalledAfterMilliseconds, closingTimeoutMilliseconds,
        ].min()!
        return min(Self.longestTickMilliseconds, max(shortest / 4, 1))
    }
}
