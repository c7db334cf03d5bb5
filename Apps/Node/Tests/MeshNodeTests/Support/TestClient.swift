import MeshCrypto
import MeshNode
import MeshWire
import NIOCore

/// A scripted end of a link: sends what the test says and keeps what comes.
final class TestClient {
    let network: TestNetwork
    let peer: Peer
    let identity: UserIdentity
    var hello: Hello
    var link = LinkID(0)
    var received: [Frame] = []
    var isClosed = false

    init(_ network: TestNetwork, identity: UserIdentity = .generate(), guest: Bool = false, credit: UInt32 = 1 << 20) {
        self.network = network
        self.identity = identity
        peer = guest ? .guest : .user(identity.id)
        hello = Hello(rosterDigest: Bytes16(), creditBytes: credit, software: "test")
    }

    func send(_ frame: Frame) { network.send(frame, over: link) }

    func submit(_ submission: Submission, request: UInt32 = 1) {
        send(.submit(Submit(request: request, rosterDigest: Bytes16(), submission: submission)))
    }

    func recall(_ message: TestMessage, request: UInt32 = 1) {
        let secret = DisclosedSecret(recalling: message.submission.header, secret: message.recallSecret)
        send(.recall(Recall(request: request, recipient: message.submission.recipient, secret: secret)))
    }

    func fetch(_ mode: Fetch.Mode, request: UInt32 = 1) {
        send(.fetch(Fetch(request: request, rosterDigest: Bytes16(), mode: mode)))
    }

    func acknowledge(_ message: TestMessage) {
        send(.acknowledge([DisclosedSecret(acknowledging: message.submission.header, secret: message.secret)]))
    }

    var submitted: [Submitted] {
        received.compactMap { if case .submitted(let answer) = $0 { answer } else { nil } }
    }

    var receipts: [CustodyReceipt] {
        received.compactMap { if case .receipt(let receipt) = $0 { receipt } else { nil } }
    }

    var recalled: [Recalled] {
        received.compactMap { if case .recalled(let answer) = $0 { answer } else { nil } }
    }

    var contents: [ContentsPage] {
        received.compactMap { if case .contentsPage(let page) = $0 { page } else { nil } }
    }

    var delivered: [Submission] {
        received.compactMap { if case .deliver(let deliver) = $0 { deliver.submission } else { nil } }
    }

    var fetched: [Fetched] {
        received.compactMap { if case .fetched(let answer) = $0 { answer } else { nil } }
    }

    var removed: [Removed] {
        received.flatMap { frame -> [Removed] in if case .removed(let entries) = frame { entries } else { [] } }
    }

    var goodbye: Goodbye? {
        received.compactMap { if case .goodbye(let goodbye) = $0 { goodbye } else { nil } }.first
    }
}

/// A submission whose secrets the test knows. The envelope is random to the nodes anyway: filler stands for it.
struct TestMessage {
    let submission: Submission
    let secret: ProofSecret
    let recallSecret: ProofSecret

    init(to recipient: UserID, number: Int = 0, expirySeconds: UInt32 = 1_800_100_000, size: Int = 512) {
        secret = ProofSecret(Bytes16((0..<16).map { UInt8(truncatingIfNeeded: $0 &+ number &* 31) })!)
        recallSecret = ProofSecret(Bytes16((0..<16).map { UInt8(truncatingIfNeeded: $0 &+ number &* 17 &+ 99) })!)
        var envelope = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
        envelope[0] = UInt8(truncatingIfNeeded: number >> 8)
        submission = try! Submission(
            recipient: recipient, expirySeconds: expirySeconds, acknowledgementHash: secret.hash,
            recallHash: recallSecret.hash, envelope: envelope)
    }
}
