import MeshCrypto
import MeshRing
import MeshWire

/// Looks for every message at every member of its recipient's new set, and verifies every member's receipt.
struct HandoverChecker {
    let servers: MeshServers
    /// The nodes that are there.
    let nodes: [MeshNodeAddress]
    let ring: Ring
    let book: CustodyBook

    /// - Throws: what is missing.
    func check(_ people: [Int], _ pool: WorkerPool) throws {
        let missing = try missingMessages(people, pool)
        let unsigned = try missingReceipts(people, pool)
        guard missing == 0, unsigned == 0 else {
            throw BenchFailure("\(missing) copies are not at their new place, \(unsigned) have no valid receipt")
        }
    }

    private func set(of person: Int) -> [MeshNodeAddress] {
        let members = ring.replicaSet(for: servers.id(of: person))
        return nodes.filter { members.contains($0.node) }
    }

    /// Every recipient asks every member what it holds.
    private func missingMessages(_ people: [Int], _ pool: WorkerPool) throws -> Int {
        let scripts = pool.run { worker in
            let script = ContentsScript(worker)
            for person in pool.share(people, of: worker) {
                let expected = Set(book.sent[servers.id(of: person)] ?? [])
                for node in set(of: person) {
                    script.ask(expected) { try servers.session(worker, person: person, at: node) }
                }
            }
            return script
        }
        pool.closeAll()
        try (scripts as [Script]).check()
        return scripts.map(\.missing).reduce(0, +)
    }

    /// What was signed while it was stored is known; the rest the members are asked for.
    private func missingReceipts(_ people: [Int], _ pool: WorkerPool) throws -> Int {
        var wanted: [NodeID: [SubmissionID]] = [:]
        for person in people {
            for node in set(of: person) {
                let ids = book.sent[servers.id(of: person)] ?? []
                wanted[node.node, default: []] += ids.filter { book.holders[$0]?.contains(node.node) != true }
            }
        }
        let asked = wanted
        let scripts = pool.run { worker in
            let script = ReceiptsScript(worker, CustodyBook(network: nodes[0].network))
            for index in pool.share(Array(nodes.indices), of: worker) {
                script.ask(asked[nodes[index].node] ?? [], of: nodes[index].node) {
                    try servers.session(worker, person: 0, at: nodes[index], as: .guest)
                }
            }
            return script
        }
        pool.closeAll()
        try (scripts as [Script]).check()
        return scripts.map(\.missing).reduce(0, +)
    }
}

/// Asks one member after the other for the list of a queue.
final class ContentsScript: Script, @unchecked Sendable {
    private(set) var missing = 0

    func ask(_ expected: Set<SubmissionID>, _ make: @escaping () throws -> ChatSession) {
        var rest = expected
        var isDone = false
        open([0]) { _, _ in
            let session = try make()
            (session as? MeshSession)?.onAnswer = { session, frame in
                guard case .contentsPage(let page) = frame else { return }
                rest.subtract(page.ids)
                if page.more {
                    session.append(.contents(Contents(request: 1, after: page.last)))
                } else {
                    isDone = true
                }
            }
            return session
        }
        run { isDone }
        missing += rest.count
        for session in sessions where !session.isEnded { session.closeQuietly() }
    }

    override func didOpen(_ session: ChatSession) {
        (session as? MeshSession)?.append(.contents(Contents(request: 1, after: 0)))
    }
}

/// Asks one member after the other for its receipts, two frames a link: more is more than a link may ask for at once.
final class ReceiptsScript: Script, @unchecked Sendable {
    private(set) var missing = 0
    private let book: CustodyBook
    private var portion: [SubmissionID] = []

    private static let portion = 2 * WireLimits.idsPerFrame

    init(_ worker: Worker, _ book: CustodyBook) {
        self.book = book
        super.init(worker)
    }

    func ask(_ ids: [SubmissionID], of node: NodeID, _ make: @escaping () throws -> ChatSession) {
        var rest = ids[...]
        while !rest.isEmpty, failure == nil {
            portion = Array(rest.prefix(Self.portion))
            rest = rest.dropFirst(Self.portion)
            ask(make)
            missing += portion.count { book.holders[$0]?.contains(node) != true }
        }
    }

    private func ask(_ make: @escaping () throws -> ChatSession) {
        var answers = 0
        let frames = (portion.count + WireLimits.idsPerFrame - 1) / WireLimits.idsPerFrame
        open([0]) { _, _ in
            let session = try make()
            (session as? MeshSession)?.book = self.book
            (session as? MeshSession)?.onAnswer = { _, frame in
                guard case .fetched(let fetched) = frame else { return }
                if !fetched.status.isAccepted { self.fail("receipts: \(fetched.status)") }
                answers += 1
            }
            return session
        }
        run { answers == frames }
        for session in sessions where !session.isEnded { session.closeQuietly() }
    }

    override func didOpen(_ session: ChatSession) {
        var rest = portion[...]
        while !rest.isEmpty {
            let ids = Array(rest.prefix(WireLimits.idsPerFrame))
            (session as? MeshSession)?.append(.receiptsOf(IDRequest(request: 1, ids: ids)))
            rest = rest.dropFirst(ids.count)
        }
    }
}
