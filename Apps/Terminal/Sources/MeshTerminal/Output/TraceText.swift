import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshRing

/// The way of an own message, as far as it is known here, and what of it is proven.
struct TraceText {
    private let message: OwnMessage
    private let own: OwnMessageState
    private let custody: Custody?
    private let traces: [MessageTrace]
    private let person: Person?
    private let network: NetworkID?

    init(_ message: OwnMessage, _ account: Account) throws {
        guard case .own(_, let own, let custody) = message.entry.content else {
            throw TerminalFailure(.software, "message \(message.id) is not one of this account")
        }
        self.message = message
        self.own = own
        self.custody = custody
        traces = try account.store.traces(of: message.id, to: message.entry.peer)
        person = try account.store.person(message.entry.peer)
        network = try NetworkFile(home: account.home).load()?.roster?.parameters.id
    }

    /// Whether the node that a receipt names has signed it in this account's network.
    private func isValid(_ receipt: CustodyReceipt) -> Bool { network.map { receipt.isValid(in: $0) } ?? false }

    // MARK: For people

    /// One line a step, and what the recipient keeps to himself.
    var plain: String { (head + steps + [secrets]).map { $0 + "\n" }.joined() }

    private var head: [String] {
        let name = PersonName.text(person, id: message.entry.peer)
        let sent = "written    \(TimeText.local(message.entry.sentAtMilliseconds))  to \(name)"
        let state = "\(SendReport.word(own).padding(9))  \(custody.map { "\($0)" } ?? "nobody has signed for it here")"
        return ["message    \(message.id)", sent, state]
    }

    private var steps: [String] {
        guard !traces.isEmpty else { return ["           sent before receipts were kept: nothing of it is proven"] }
        return traces.flatMap { trace in trace.receipts.map(line) + told(trace) }
    }

    private func line(_ receipt: CustodyReceipt) -> String {
        let kind = receipt.entries.first.map { Self.word($0.kind) } ?? "nothing"
        let proof = isValid(receipt) ? "signed" : "NOT VALID: its signature doesn't fit"
        let time = TimeText.local(receipt.commit.timeMilliseconds)
        return "\(kind.padding(9))  \(time)  by \(receipt.commit.node), commit \(receipt.commit.number)  (\(proof))"
    }

    private func told(_ trace: MessageTrace) -> [String] {
        var lines: [String] = []
        if let time = trace.deliveredAtMilliseconds {
            lines.append("delivered  \(TimeText.local(time))  (the recipient's own word, sealed and signed)")
        }
        if let time = trace.provenAtMilliseconds {
            lines.append(
                "opened     \(TimeText.local(time))  (proven to you: the secret from inside the envelope came back)")
        }
        if let time = trace.readAtMilliseconds {
            lines.append("read       \(TimeText.local(time))  (the recipient's own word, sealed and signed)")
        }
        return lines
    }

    private var secrets: String {
        let hidden = keptToHimself
        guard !hidden.isEmpty else { return "untold     when the nodes handed it out: they tell nobody" }
        return """
            untold     whether it was \(hidden.joined(separator: ", ")): the recipient's program tells its contacts, \
            unless switched off, and nobody else; when nodes hand a message out, they tell nobody
            """
    }

    private var keptToHimself: [String] {
        let isOpened = traces.contains { $0.provenAtMilliseconds != nil }
        let isDelivered = own >= .delivered || traces.contains { $0.deliveredAtMilliseconds != nil }
        return (isDelivered ? [] : ["delivered"]) + (isOpened ? [] : ["opened"]) + (own >= .read ? [] : ["read"])
    }

    static func word(_ kind: CustodyEntry.Kind) -> String {
        switch kind {
        case .stored: "stored"
        case .handedOver: "passed on"
        case .removed: "removed"
        case .recalled: "recalled"
        case .handedOut: "fetched?"
        }
    }

    // MARK: For programs

    /// One object.
    var json: JSONText {
        .object([
            ("id", .string("\(message.id)")), ("to", .string("\(message.entry.peer)")),
            ("contact", .optional(person?.contact?.name)), ("state", .string(SendReport.word(own))),
            ("held", custody.map { .number(UInt64($0.held)) } ?? .null),
            ("replicas", custody.map { .number(UInt64($0.replicas)) } ?? .null),
            ("sentAt", .string(TimeText.rfc3339(message.entry.sentAtMilliseconds))),
            ("submissions", .array(traces.map(submission))),
            ("untold", .array(keptToHimself.map { .string($0) })),
        ])
    }

    private func submission(_ trace: MessageTrace) -> JSONText {
        .object([
            ("submission", .string("\(trace.id)")),
            ("expiresAt", .string(TimeText.rfc3339(UInt64(trace.expirySeconds) * 1_000))),
            ("receipts", .array(trace.receipts.map(receipt))),
            ("deliveredAt", .optional(trace.deliveredAtMilliseconds.map(TimeText.rfc3339))),
            ("openedAt", .optional(trace.provenAtMilliseconds.map(TimeText.rfc3339))),
            ("openedProof", .optional(trace.proof.map { _ in "secret" })),
            ("readAt", .optional(trace.readAtMilliseconds.map(TimeText.rfc3339))),
        ])
    }

    private func receipt(_ receipt: CustodyReceipt) -> JSONText {
        .object([
            ("node", .string("\(receipt.commit.node)")),
            ("kind", .optional(receipt.entries.first.map { "\($0.kind)" })),
            ("commit", .number(receipt.commit.number)),
            ("time", .string(TimeText.rfc3339(receipt.commit.timeMilliseconds))), ("valid", .bool(isValid(receipt))),
        ])
    }
}
