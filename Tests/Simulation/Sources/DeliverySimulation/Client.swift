import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import SimulatedNetwork

/// A user's program, as small as it can be: it sends until it is told `accepted`, fetches from its residence, asks the
/// other members now and then, and acknowledges what it has written down.
final class Client {
    /// What it knows of one link.
    struct Connection {
        let host: Int
        /// Bytes that were received and not granted again.
        var consumed: UInt32 = 0
        /// The last of each sender's messages that came over it.
        var lastCounter: [Int: Int] = [:]
        var isSweep = false
    }

    /// A message that a node has been asked to take.
    struct Attempt {
        let id: SubmissionID
        let recipient: Int
        /// Nil where the client core that ships looks after it.
        let link: LinkID?
    }

    let number: Int
    let user: UserID
    unowned let world: World
    var connections: [LinkID: Connection] = [:]
    /// The link over which it sends and receives.
    var home: LinkID?
    var isDialling = false
    private(set) var isOnline = false
    /// The placement that it knows, and the set it had before.
    var view: Ring?
    var formerSet: [Int] = []

    // Sending.
    var outbox: [Int: [SubmissionID]] = [:]
    var attempts: [UInt32: Attempt] = [:]
    var lastRequest: UInt32 = 0
    var failures = 0
    private var counters: [Int: Int] = [:]
    /// The client core that ships, where the run wants that.
    private(set) lazy var program = world.settings.hasFullClients ? ClientProgram(self) : nil

    // Receiving.
    /// The next of each sender's messages to be shown, and those behind it that are here already.
    var next: [Int: Int] = [:]
    var early: [Int: [Int: SubmissionID]] = [:]
    /// Of which sender which message is waited for.
    var gaps: [Int: Int] = [:]
    var received: Set<SubmissionID> = []

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
        user = world.cast.users[number].id
    }

    /// Credit that it grants.
    static let credit: UInt32 = 256 * 1_024

    func goOnline() {
        guard !isOnline else { return }
        isOnline = true
        world.note("client \(number) comes")
        guard let program else { return connect() }
        program.start()
        for recipient in outbox.keys.sorted() { pump(recipient) }
    }

    func goOffline() {
        guard isOnline else { return }
        isOnline = false
        world.note("client \(number) goes")
        program?.stop()
        attempts = program == nil ? attempts : [:]
        for link in connections.keys.sorted(by: { $0.rawValue < $1.rawValue }) { drop(link) }
    }

    /// Writes a message and sends it as soon as the one before it for the same recipient is accepted.
    func compose(to recipient: Int, bytes: Int, expiresAfterSeconds: UInt32) {
        let counter = counters[recipient, default: 0] + 1
        counters[recipient] = counter
        let secret = ProofSecret(Hash.blake2b16(context: "simulated secret", world.random.next()))
        let recall = ProofSecret(Hash.blake2b16(context: "simulated secret", world.random.next()))
        var envelope = [UInt8](repeating: 0, count: bytes)
        envelope.withUnsafeMutableBytes { $0.storeBytes(of: world.random.next(), as: UInt64.self) }
        guard
            let submission = try? Submission(
                recipient: world.cast.users[recipient].id, expirySeconds: world.nowSeconds + expiresAfterSeconds,
                acknowledgementHash: secret.hash, recallHash: recall.hash, envelope: envelope)
        else { preconditionFailure("\(bytes) bytes are an envelope") }
        let id = submission.id
        world.checker.add(
            TrackedMessage(
                id: id, sender: number, recipient: recipient, counter: counter, submission: submission, secret: secret,
                recallSecret: recall, writtenAt: world.now))
        outbox[recipient, default: []].append(id)
        pump(recipient)
    }
}

// Links.
extension Client {
    /// Members of its set first, the residence before the others, then whoever there is.
    private func candidates() -> [Int] {
        if view == nil { refreshView() }
        let set = currentSet
        let others = world.random.sample(world.hosts.indices.filter { !set.contains($0) }, world.hosts.count)
        // Who has failed lately isn't asked first.
        return failures > 1 ? Array(set.dropFirst()) + others + set.prefix(1) : set + others
    }

    var currentSet: [Int] { (view?.replicaSet(for: user) ?? nil)?.compactMap(world.cast.number(of:)) ?? [] }

    func connect() {
        guard isOnline, home == nil, !isDialling, program == nil else { return }
        isDialling = true
        attempt(candidates()[...])
    }

    private func attempt(_ hosts: ArraySlice<Int>) {
        guard isOnline, let host = hosts.first else {
            isDialling = false
            return world.after(2_000 + world.random.below(UInt64(3_000))) { [unowned self] in connect() }
        }
        world.dial(from: self, to: host) { [unowned self] link in
            guard let link else { return attempt(hosts.dropFirst()) }
            isDialling = false
            open(link, to: host)
        }
    }

    private func open(_ link: LinkID, to host: Int) {
        guard isOnline else { return world.close(link) }
        world.note("client \(number) is at node \(host)")
        if let home { drop(home) }
        home = link
        connections[link] = Connection(host: host)
        greet(link)
        send(.fetch(Fetch(request: 1, rosterDigest: Bytes16(), mode: .follow)), over: link)
        refreshView()
        for recipient in outbox.keys.sorted() { pump(recipient) }
        world.after(3_000) { [unowned self] in sweep() }
    }

    func greet(_ link: LinkID) {
        send(.hello(Hello(rosterDigest: Bytes16(), creditBytes: Self.credit, software: "simulated/1")), over: link)
    }

    func send(_ frame: Frame, over link: LinkID) { world.send(.frames([frame]), over: link) }

    /// Ends a link by itself.
    func drop(_ link: LinkID) {
        world.close(link)
        forget(link)
    }

    func onClosed(_ link: LinkID) {
        if let program { return program.onClosed(link) }
        forget(link)
        world.after(500 + world.random.below(UInt64(1_500))) { [unowned self] in connect() }
    }

    private func forget(_ link: LinkID) {
        guard connections.removeValue(forKey: link) != nil else { return }
        if home == link { home = nil }
        for request in attempts.filter({ $0.value.link == link }).keys.sorted() { retry(request) }
    }

    /// Takes over the roster of the node that it is linked with.
    func refreshView() {
        let at = home.flatMap { connections[$0]?.host }
        let host = at.map { world.hosts[$0] } ?? world.hosts.first { $0.isUp }
        guard let roster = host?.roster else { return }
        let before = currentSet
        view = world.ring(roster)
        if !before.isEmpty, Set(before) != Set(currentSet) { formerSet = before }
    }

    /// Every now and then: to the residence, if it isn't there.
    func lookAround() {
        guard program == nil else { return }
        guard isOnline, let home, let at = connections[home]?.host else { return connect() }
        refreshView()
        guard let residence = currentSet.first, residence != at, !isDialling else { return }
        isDialling = true
        world.dial(from: self, to: residence) { [unowned self] link in
            isDialling = false
            if let link { open(link, to: residence) }
        }
    }
}
