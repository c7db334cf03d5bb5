import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore
import Testing

/// Feeds a core with what a shell could report, in any order, from nodes that send anything.
struct Fuzzer {
    var core: ClientCore
    var random: Storm.Random
    let nodes: [FakeNode]
    let user = Keys.user(1).id
    var now = Messages.start
    var effects: [ClientEffect] = []
    var dials: [Dial] = []
    var requests: [UInt32] = [1]
    var submissions: [Submission] = []
    var delivered: [SubmissionID] = []
    var pending: Set<UInt64> = []
    var token: UInt64 = 0
    /// Most links that were there at once, by dials and closes.
    var most = 0

    init(seed: UInt64, mode: ClientConfiguration.Mode) throws {
        let world = try World(nodes: 5)
        nodes = world.nodes
        random = Storm.Random(state: seed)
        let starts = [try StartAddress(text: "127.1.0.1:4000"), try StartAddress(text: "other.example:1")]
        let configuration = ClientConfiguration(user: user, mode: mode, startAddresses: starts, software: "fuzz")
        core = try ClientCore(
            configuration: configuration, state: seed % 3 == 0 ? nil : World.knowing(world), seed: seed)
    }

    mutating func run(_ events: Int) {
        handle(.start)
        for _ in 0..<events { handle(event()) }
        // It still works: it ends, and answers everything.
        handle(.stop)
    }

    private mutating func handle(_ event: ClientEvent) {
        effects = []
        core.handle(event, now: now, into: &effects)
        for effect in effects {
            switch effect {
            case .dial(let dial): dials.append(dial)
            case .close(let link, _): dials.removeAll { $0.link == link }
            case .send(_, .submit(let submit)): requests.append(submit.request)
            case .send(_, .fetch(let fetch)): requests.append(fetch.request)
            case .send(_, .contents(let contents)): requests.append(contents.request)
            case .send(_, .fetchThese(let request)), .send(_, .receiptsOf(let request)):
                requests.append(request.request)
            case .send(_, .rosterRequest(let request)): requests.append(request.request)
            case .deliver(let delivery): delivered.append(delivery.id)
            case .submitted(let token, _):
                if pending.remove(token.number) == nil { Issue.record("a second answer for \(token)") }
            default: break
            }
        }
        most = max(most, dials.count)
        if let deadline = core.nextDeadline, deadline <= now { Issue.record("a deadline that has passed already") }
    }

    private mutating func event() -> ClientEvent {
        let link = dials.randomElement(using: &random)
        switch Int.random(in: 0..<16, using: &random) {
        case 0:
            now += UInt64.random(in: 0...20_000, using: &random)
            return .tick
        case 1:
            guard let link else { return .tick }
            dials.removeAll { $0 == link }
            return Bool.random(using: &random)
                ? .dialFailed(link.link, .timedOut) : .linkClosed(link.link, .closedByPeer)
        case 2, 3:
            guard let link else { return .tick }
            let node = nodes.randomElement(using: &random)!
            return .linkOpened(
                link.link, node: Int.random(in: 0..<8, using: &random) == 0 ? node.id : link.node ?? node.id,
                parameters: node.parameters)
        case 4: return .answers([DeliveryAnswer(delivered.randomElement(using: &random) ?? someID(), verdict())])
        case 5, 6:
            token += 1
            pending.insert(token)
            let message = Messages.message(UInt32(token), to: Keys.user(2).id)
            submissions.append(message)
            return .submit(SubmitToken(token), message, deadline: now + UInt64.random(in: 0...90_000, using: &random))
        case 7: return .rosterWanted
        case 8: return .ephemeral(Messages.message(1, to: Keys.user(2).id))
        default:
            guard let link else { return .tick }
            return .frames(link.link, (0..<Int.random(in: 1...4, using: &random)).map { _ in frame() })
        }
    }

    private mutating func verdict() -> DeliveryAnswer.Verdict {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .ignore
        case 1: .discard(Bytes64())
        default: .acknowledge(ProofSecret(Bytes16()))
        }
    }

    private func someID() -> SubmissionID { SubmissionID(Bytes16()) }

    private mutating func request() -> UInt32 {
        Bool.random(using: &random)
            ? requests.suffix(6).randomElement(using: &random)! : UInt32.random(in: 0...20, using: &random)
    }

    private mutating func status() -> DeliveryStatus {
        DeliveryStatus(
            rawValue: [0, 0, 0, 1, 2, 16, 18, 21, 22, 23, 25, 26, 33, 34, 999].randomElement(using: &random)!)
    }

    private mutating func frame() -> Frame {
        let id = (submissions.suffix(4).randomElement(using: &random)).map(\.id) ?? someID()
        switch Int.random(in: 0..<25, using: &random) {
        case 0...4:
            let node = nodes.randomElement(using: &random)!
            let digest = Bool.random(using: &random) ? node.roster.digest : Bytes16()
            let credit = UInt32.random(in: 0...300_000, using: &random)
            return .hello(Hello(rosterDigest: digest, creditBytes: credit, software: "fuzz"))
        case 5: return .ping(1)
        case 6: return .pong(1)
        case 7: return .credit(bytes: UInt32.random(in: 0...100_000, using: &random))
        case 8:
            let reason = GoodbyeReason(rawValue: UInt16.random(in: 2...9, using: &random))
            return .goodbye(Goodbye(reason))
        case 9...11: return .rosterPage(page())
        case 12: return .digest(Bytes16(Array(repeating: UInt8.random(in: 0...3, using: &random), count: 16))!)
        case 13, 14: return .submitted(Submitted(request: request(), status: status(), id: id, copies: 1, needed: 1))
        case 15, 16: return .fetched(Fetched(request: request(), status: status(), delivered: 1))
        case 17...19:
            let to = Int.random(in: 0..<20, using: &random) == 0 ? Keys.user(3).id : user
            let message = Messages.message(UInt32.random(in: 0...50, using: &random), to: to)
            return .deliver(Deliver(isEphemeral: Int.random(in: 0..<5, using: &random) == 0, submission: message))
        case 20: return .removed([Removed(id: delivered.randomElement(using: &random) ?? someID(), status: status())])
        case 21, 22:
            let ids = (0...Int.random(in: 0...20, using: &random)).map { Messages.message(UInt32($0), to: user).id }
            return .contentsPage(
                ContentsPage(
                    request: request(), status: status(), last: UInt64.random(in: 0...9, using: &random),
                    more: Bool.random(using: &random), ids: ids))
        case 23: return .receipt(receipt(id))
        default: return .rosterRequest(RosterRequest(request: 1, after: Bytes32()))
        }
    }

    private mutating func receipt(_ id: SubmissionID) -> CustodyReceipt {
        var node = nodes.randomElement(using: &random)!
        let about = Bool.random(using: &random) ? id : Messages.message(3, to: user).id
        let good = node.sign(CustodyEntry.Kind.allCases.randomElement(using: &random)!, [about])
        guard Bool.random(using: &random) else { return good }
        return CustodyReceipt(
            commit: good.commit, first: good.first, entries: [CustodyEntry(.stored, id)], hashes: good.hashes)
    }

    private mutating func page() -> RosterPage {
        let node = nodes.randomElement(using: &random)!
        var page = node.page(
            RosterRequest(request: request(), after: Bytes32()), size: Int.random(in: 1...5, using: &random))
        page.more = Int.random(in: 0..<4, using: &random) == 0
        for index in page.entries.indices where Int.random(in: 0..<10, using: &random) == 0 {
            page.entries[index].state = UInt8.random(in: 0...5, using: &random)
        }
        if Int.random(in: 0..<10, using: &random) == 0, !page.entries.isEmpty { page.entries[0].record = ByteBuffer() }
        return page
    }
}

@Suite("Anything goes")
struct FuzzTests {
    @Test("any events in any order: no trap, no more links than allowed, one answer for each submission")
    func events() throws {
        for seed in UInt64(1)...60 {
            for mode in [ClientConfiguration.Mode.follow, .once, .submitOnly] {
                var fuzzer = try Fuzzer(seed: seed, mode: mode)
                fuzzer.run(1_000)
                #expect(fuzzer.most <= ClientLimits.links)
                #expect(fuzzer.pending.isEmpty, "seed \(seed)")
            }
        }
    }
}
