import MeshCrypto

/// What chat protocol 1 bounds, and why by this number. PROTOCOL.md names the same limits.
public enum ChatLimits {
    /// A text's UTF-8 bytes: the largest round number that fits the largest envelope (61,440 bytes) with its order.
    public static let textBytes = 60_000

    /// A whole encoded message: what the largest envelope holds (61,227 bytes). The longest text and its order stay
    /// below it by some thousand bytes, which later versions may fill with details that this one keeps unread.
    public static let messageBytes = Envelope.maximumBodyBytes

    /// A profile name's Unicode scalars: long enough for names of all scripts, short enough for a line on a terminal.
    /// Scalars and not visible characters, because every language counts them alike.
    public static let nameScalars = 64

    /// The greatest colour, 0xRRGGBB.
    public static let colour: UInt32 = 0xFF_FFFF

    /// Ids in one receipt: as many as fit the 4 KiB envelope beside everything else.
    public static let receiptIDs = 192

    /// Messages in one receipt that tells their secrets: as many as fit the same envelope.
    public static let receiptProofs = 96

    /// The greatest counter: every JSON number up to here is exact, and adding to it can't overflow.
    public static let counter: UInt64 = 1 << 53

    /// How long a gap in a sender's order is waited for, in milliseconds: other replicas are asked meanwhile, and a
    /// person still takes what comes then for the same conversation.
    public static let gapWaitMilliseconds: UInt64 = 10_000

    /// Messages of one sender that wait for an earlier one at the same time. The next one ends the wait of the oldest.
    public static let heldMessages = 256

    /// Epochs of one sender that are remembered. A sender draws one each start; 32 starts within the reach of the
    /// queues' reordering is more than anybody does by hand.
    public static let epochs = 32

    /// How often somebody who keeps writing says so, in milliseconds.
    public static let typingIntervalMilliseconds: UInt64 = 5_000

    /// How long somebody counts as writing after saying so, in milliseconds: an interval and two seconds of way.
    public static let typingShownMilliseconds: UInt64 = 7_000

    /// The greatest age, by the sender's clock, at which "is writing" is believed, in milliseconds: clocks of people
    /// differ by some seconds, and a message that waited longer in a queue says nothing about now.
    public static let typingAgeMilliseconds: UInt64 = 60_000

    /// How long a receipt waits for others to the same sender, in milliseconds. One envelope then says it for all.
    public static let receiptDelayMilliseconds: UInt64 = 500

    /// How long a submission may wait in the outbox, in seconds: nodes keep nothing longer than 14 days.
    public static let outboxSeconds: UInt32 = 14 * 24 * 3600
}
