import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// A node as a client sees it, without network or disk: frames in, frames out. Well-behaved unless told otherwise.
struct FakeNode {
    let identity: NodeIdentity
    var endpoint: Endpoint
    var parameters: NetworkParameters
    var record: NodeRecord
    var roster: Roster
    var links: [FakeLink] = []
    /// What it holds for each user, in order.
    var queues: [UserID: [Submission]] = [:]
    var removed: Set<SubmissionID> = []
    /// How many commits it has signed.
    var commits: UInt64 = 0
    /// A number for everything that it stored, in order.
    var places: [SubmissionID: UInt64] = [:]
    /// Others' receipts that it has seen.
    var shelf: [CustodyReceipt] = []
    /// What it has, and gives nobody.
    var withheld: Set<SubmissionID> = []
    /// What it handed to a client.
    var handedOut: Set<SubmissionID> = []
    /// Every frame that came in.
    var received: [Frame] = []
    /// What broke the protocol or a limit on the client's side: must stay empty.
    var complaints: [String] = []

    // Behaviour.
    /// What it grants for frames with envelopes.
    var grants: UInt32 = WireLimits.clientCredit
    /// Replaces its answers to a frame; nil where it behaves as usual.
    var script: ((inout FakeNode, Frame, FakeLink) -> [Frame]?)?
    /// It is stopped: its links stand, and what comes in waits.
    var isMute = false
    var backlog: [(link: ClientLinkID, frame: Frame)] = []

    struct FakeLink {
        let id: ClientLinkID
        let role: LinkRole
        let user: UserID
        var hasHello = false
        /// What we may send.
        var credit: UInt32 = 0
        /// What the client may send, and what it has used up since the last grant.
        var open: UInt32
        var used: UInt32 = 0
        var isFollowing = false
        var delivered: Set<SubmissionID> = []
        var fetches: [(request: UInt32, left: Set<SubmissionID>, count: UInt32)] = []
        var out: [Frame] = []
        var isClosing = false
    }

    init(_ number: UInt8, at endpoint: Endpoint, in parameters: NetworkParameters, incarnation: UInt64 = 1) {
        identity = Keys.node(number)
        self.endpoint = endpoint
        self.parameters = parameters
        record = Self.record(identity, endpoint, parameters, incarnation)
        roster = Roster(parameters: parameters)
    }

    var id: NodeID { identity.id }

    static func record(
        _ identity: NodeIdentity, _ endpoint: Endpoint, _ parameters: NetworkParameters, _ incarnation: UInt64,
        standing: NodeRecord.Standing = .active
    ) -> NodeRecord {
        let description = NodeDescription(at: endpoint, in: parameters, software: "fake")
        guard
            let record = try? NodeRecord(
                description, network: parameters.id, incarnation: incarnation, standing: standing, signedBy: identity)
        else { preconditionFailure("a fake record has a valid form") }
        return record
    }
}

extension FakeNode {
    /// A client has connected: hello goes out, and an older receiving link of the same user ends.
    mutating func open(_ id: ClientLinkID, role: LinkRole, user: UserID) {
        if role == .user {
            for index in links.indices where links[index].role == .user && links[index].user == user {
                links[index].out.append(.goodbye(Goodbye(.replaced)))
                links[index].isClosing = true
            }
        }
        var link = FakeLink(id: id, role: role, user: user, open: grants)
        var bytes = ByteBuffer()
        bytes.writeBytes(record.encoded)
        link.out.append(
            .hello(Hello(rosterDigest: roster.digest, creditBytes: grants, software: "fake", record: bytes)))
        links.append(link)
    }

    mutating func take(_ frame: Frame, on id: ClientLinkID) {
        guard let index = links.firstIndex(where: { $0.id == id }), !links[index].isClosing else { return }
        received.append(frame)
        if !links[index].hasHello, case .hello = frame {
        } else if !links[index].hasHello {
            if case .goodbye = frame { return }
            complaints.append("\(frame.type) before hello")
        }
        pay(frame, index)
        // The world routes submissions.
        if frame.type == .submit { return }
        if let script, let answers = script(&self, frame, links[index]) {
            links[index].out += answers
            return
        }
        answer(frame, index)
    }

    private mutating func pay(_ frame: Frame, _ index: Int) {
        let bytes = frame.meteredBytes
        guard bytes > 0 else { return }
        if bytes > links[index].open { complaints.append("\(bytes) bytes sent, credit for \(links[index].open)") }
        links[index].open -= min(bytes, links[index].open)
        links[index].used += bytes
        guard links[index].used >= grants / 2 else { return }
        links[index].out.append(.credit(bytes: links[index].used))
        links[index].open += links[index].used
        links[index].used = 0
    }

    private mutating func answer(_ frame: Frame, _ index: Int) {
        switch frame {
        case .hello(let hello):
            if links[index].hasHello { complaints.append("second hello") }
            links[index].hasHello = true
            links[index].credit = hello.creditBytes
        case .ping(let nonce): links[index].out.append(.pong(nonce))
        case .credit(let bytes): links[index].credit += bytes
        case .rosterRequest(let request): links[index].out.append(.rosterPage(page(request)))
        case .fetch(let fetch): take(fetch, index)
        case .acknowledge(let entries):
            links[index].out.append(
                .removed(entries.map { remove($0.acknowledged(by: links[index].user).id, links[index].user) }))
        case .discard(let entries):
            links[index].out.append(.removed(entries.map { remove($0.id, links[index].user) }))
        case .contents(let contents): links[index].out.append(.contentsPage(page(contents, links[index].user)))
        case .fetchThese(let request): deliver(request, index)
        case .receiptsOf(let request):
            let receipts = shelf.compactMap { receipt in
                receipt.entries.first { request.ids.contains($0.id) }.flatMap { receipt.narrowed(to: $0.id) }
            }
            let answer = Fetched(
                request: request.request, status: .accepted, delivered: UInt32(receipts.count))
            links[index].out += receipts.map { .receipt($0) } + [.fetched(answer)]
        case .recall(let recall): links[index].out += answers(to: recall)
        case .goodbye, .pong, .ephemeral: break
        default: complaints.append("\(frame.type) came from a client")
        }
        pump(index)
    }

    func page(_ request: RosterRequest, size: Int = WireLimits.recordsPerFrame) -> RosterPage {
        let after = request.after == Bytes32() ? nil : NodeID(trusted: request.after)
        let reports = roster.reported(after: after, limit: size + 1)
        let entries = reports.prefix(size).map { report in
            var bytes = ByteBuffer()
            bytes.writeBytes(report.record.encoded)
            return RosterEntry(state: report.state.rawValue, record: bytes)
        }
        return RosterPage(
            request: request.request, rosterDigest: roster.digest, more: reports.count > size, entries: entries)
    }

    private mutating func take(_ fetch: Fetch, _ index: Int) {
        guard links[index].role == .user else {
            complaints.append("a guest fetches")
            return
        }
        if !links[index].fetches.isEmpty { complaints.append("a fetch while another is under way") }
        let queue = queues[links[index].user] ?? []
        let left = Set(queue.map(\.id)).subtracting(links[index].delivered)
        if fetch.mode == .follow { links[index].isFollowing = true }
        links[index].fetches.append((fetch.request, left, UInt32(left.count)))
    }

    private mutating func answers(to recall: Recall) -> [Frame] {
        let id = recall.secret.recalled(from: recall.recipient).id
        let kind: CustodyEntry.Kind =
            removed.contains(id) ? .removed : handedOut.contains(id) ? .handedOut : .recalled
        let result = remove(id, recall.recipient)
        removed.insert(id)
        let answer = Frame.recalled(Recalled(request: recall.request, status: result.status, id: id))
        return result.status == .notHeld ? [answer] : [.receipt(sign(kind, [id])), answer]
    }

    private func page(_ contents: Contents, _ user: UserID) -> ContentsPage {
        let behind = (queues[user] ?? []).map(\.id).filter {
            places[$0] ?? 0 > contents.after && !withheld.contains($0)
        }
        let ids = Array(behind.prefix(WireLimits.idsPerFrame))
        return ContentsPage(
            request: contents.request, status: .accepted, last: ids.last.flatMap { places[$0] } ?? contents.after,
            more: behind.count > ids.count, ids: ids)
    }

    /// As far as credit reaches, also what was delivered over this link before.
    private mutating func deliver(_ request: IDRequest, _ index: Int) {
        if links[index].role != .user { complaints.append("a guest fetches") }
        var count: UInt32 = 0
        for submission in queues[links[index].user] ?? [] {
            let id = submission.id
            guard request.ids.contains(id), !withheld.contains(id) else { continue }
            guard links[index].credit >= WireLimits.creditHeadroom else { break }
            handOut(submission, index)
            count += 1
        }
        links[index].out.append(
            .fetched(Fetched(request: request.request, status: .accepted, delivered: count)))
    }

    private mutating func handOut(_ submission: Submission, _ index: Int) {
        let frame = Frame.deliver(Deliver(isEphemeral: false, submission: submission))
        links[index].credit -= frame.meteredBytes
        links[index].delivered.insert(submission.id)
        handedOut.insert(submission.id)
        links[index].out.append(frame)
    }

    private mutating func remove(_ id: SubmissionID, _ user: UserID) -> Removed {
        guard let place = queues[user]?.firstIndex(where: { $0.id == id }) else {
            return Removed(id: id, status: removed.contains(id) ? .removedBefore : .notHeld)
        }
        queues[user]?.remove(at: place)
        removed.insert(id)
        return Removed(id: id, status: .accepted)
    }

    /// Signs its word on messages, as one commit in which others' entries stand too.
    mutating func sign(_ kind: CustodyEntry.Kind, _ ids: [SubmissionID]) -> CustodyReceipt {
        commits += 1
        let foreign = CustodyEntry(.stored, SubmissionID(Hash.blake2b16(context: "test foreign", commits)))
        let ledger = CustodyLedger(
            [foreign] + ids.map { CustodyEntry(kind, $0) } + [foreign], number: commits,
            timeMilliseconds: Messages.start, network: parameters.id, by: identity)
        return ledger.receipt(for: 1..<1 + ids.count)
    }

    /// Stores a message, as a member of its recipient's set, and signs for it.
    mutating func take(_ submission: Submission) -> (status: DeliveryStatus, receipt: CustodyReceipt) {
        let status = store(submission)
        return (status, sign(status == .removedBefore ? .removed : .stored, [submission.id]))
    }

    /// Stores a message, as its residence.
    mutating func store(_ submission: Submission) -> DeliveryStatus {
        let id = submission.id
        if removed.contains(id) { return .removedBefore }
        if queues[submission.recipient]?.contains(where: { $0.id == id }) == true { return .alreadyHeld }
        queues[submission.recipient, default: []].append(submission)
        places[id] = UInt64(places.count + 1)
        for index in links.indices { pump(index) }
        return .accepted
    }

    /// Delivers what the client's credit allows.
    mutating func pump(_ index: Int) {
        guard links[index].hasHello, links[index].role == .user, !links[index].isClosing, !isMute else { return }
        for submission in queues[links[index].user] ?? [] {
            let id = submission.id
            let isWanted = links[index].isFollowing || links[index].fetches.contains { $0.left.contains(id) }
            guard isWanted, !withheld.contains(id), !links[index].delivered.contains(id) else { continue }
            guard links[index].credit >= WireLimits.creditHeadroom else { return }
            handOut(submission, index)
        }
        while let fetch = links[index].fetches.first,
            fetch.left.isSubset(of: links[index].delivered.union(withheld))
        {
            links[index].out.append(
                .fetched(Fetched(request: fetch.request, status: .accepted, delivered: fetch.count)))
            links[index].fetches.removeFirst()
        }
    }
}
