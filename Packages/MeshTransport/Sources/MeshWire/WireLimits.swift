/// Every bound of core protocol 1, in bytes unless the name says otherwise. `PROTOCOL.md` states the same numbers.
public enum WireLimits {
    /// A Noise transport message, tag included: the framework's own limit (Noise specification, section 3).
    public static let noiseMessage = 65_535
    /// The authentication tag of ChaCha20-Poly1305.
    public static let noiseTag = 16
    /// What one link message can hold of frames.
    public static let message = noiseMessage - noiseTag
    /// Type, reserved byte and length in front of every frame.
    public static let frameHeader = 4
    /// The payload of one frame: a frame never spans link messages.
    public static let framePayload = message - frameHeader

    /// The sizes that a finished envelope may have (DESIGN §7). Few classes, so that a size tells little.
    public static let envelopeSizes = [512, 1_024, 4_096, 16_384, 61_440]
    /// Fixed fields in front of an envelope: recipient, expiry, flags, acknowledgement hash, recall hash.
    public static let submissionHeader = 32 + 4 + 2 + 16 + 16
    /// A submission with the largest envelope.
    public static let submission = submissionHeader + 61_440
    /// How far ahead a submission may expire, in seconds: 14 days, the time for which nodes remember removals.
    public static let expiryAheadSeconds: UInt32 = 14 * 24 * 3_600
    /// Tolerated difference between clocks when an expiry is judged, in seconds.
    public static let clockToleranceSeconds: UInt32 = 300

    /// The software string of a hello, as UTF-8: enough for a name and a version, too little for an advertisement.
    public static let software = 32
    /// One node record as `MeshRing` encodes it: four IPv6 endpoints and the longest software string fit.
    public static let nodeRecord = 320
    /// Entries of a roster page or a records frame: the largest records then stay below one frame.
    public static let recordsPerFrame = 128
    /// Entries of one acknowledge, discard or removed frame: a client's whole delivery window at once.
    public static let removalsPerFrame = 512
    /// Ids in one frame: a client's whole window at once, 8 KiB.
    public static let idsPerFrame = 512
    /// Recipients whose queues are compared at once: 26 KiB.
    public static let recipientsPerFrame = 512
    /// What one node's membership tells another's at once: small enough to share a packet with others.
    public static let membershipMessage = 1_200
    /// The text of a goodbye, as UTF-8.
    public static let goodbyeDetail = 200

    /// The credit that a node grants a client for frames that carry envelopes: four of the largest.
    public static let clientCredit: UInt32 = 256 * 1_024
    /// The credit that nodes grant each other: links between nodes carry many users' messages.
    public static let nodeCredit: UInt32 = 2 * 1_024 * 1_024
    /// The largest credit that may stand open: above it the arithmetic of a hostile peer is refused.
    public static let openCredit: UInt32 = 64 * 1_024 * 1_024

    /// The credit that must be open before a metered frame is sent whose size isn't known yet: the largest forward.
    /// Who grants less receives nothing.
    public static let creditHeadroom: UInt32 = 62 * 1_024
}
