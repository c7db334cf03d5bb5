import MeshCrypto
import MeshWire

/// The state of one link's frames: credit both ways, requests, acknowledgements.
struct MeshFlow {
    /// As much as a node grants a client: the real client's window.
    static let window = WireLimits.clientCredit

    /// The node's, from its hello.
    var rosterDigest = Bytes16()
    /// Bytes of metered frames that may still be sent.
    var sendCredit: UInt32 = 0
    /// Bytes received and not granted again.
    var consumed: UInt32 = 0
    var saidHello = false
    private var lastRequest: UInt32 = 0
    /// Requests without an answer, and when they were sent.
    private var sentAt: [UInt32: UInt64] = [:]
    /// Messages that wait for credit, oldest first.
    var waiting: [(frame: Frame, sentAt: UInt64)] = []
    /// Acknowledgements of this read.
    var acknowledgements: [DisclosedSecret] = []
    /// Acknowledgements without an answer.
    var unanswered = 0
    var isQueueEnded = false

    var hello: Hello { Hello(rosterDigest: rosterDigest, creditBytes: Self.window, software: "mesh-bench") }

    mutating func newRequest() -> UInt32 {
        lastRequest &+= 1
        return lastRequest
    }

    mutating func remember(_ request: UInt32, sentAt time: UInt64) { sentAt[request] = time }
    mutating func answered(_ request: UInt32) -> UInt64? { sentAt.removeValue(forKey: request) }

    /// What is to be granted now, if anything.
    mutating func release(_ bytes: UInt32) -> UInt32? {
        consumed += bytes
        guard consumed >= Self.window / 2 else { return nil }
        defer { consumed = 0 }
        return consumed
    }
}
