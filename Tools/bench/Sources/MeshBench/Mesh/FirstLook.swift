import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// What a guest learns of a node whose address is all that is known: who it is, its network, its roster.
struct FirstLook {
    let address: MeshNodeAddress
    let parameters: NetworkParameters
    let roster: Roster

    private static let timeoutSeconds = 10.0

    /// Asks the node; trusts who answers, as the load generator has started it or was told to measure it.
    static func at(_ address: Address) throws -> FirstLook {
        let worker = try Worker(index: 0)
        let asking = Asking()
        let session = try MeshSession(
            worker, to: address, expecting: nil, as: .guest, person: 0, recipients: [],
            messages: MeshMessages(payload: 512, wallSeconds: 0))
        session.events = asking
        session.onRosterPage = asking.take
        _ = worker.run(timeout: timeoutSeconds) { asking.isDone }
        defer { session.closeQuietly() }
        guard asking.isComplete, let parameters = session.parameters, let (node, key) = session.proven else {
            throw BenchFailure("no node answers at \(address): \(asking.failure ?? "silence")")
        }
        let known = MeshNodeAddress(address: address, node: node, key: key, network: parameters.id)
        return FirstLook(known, parameters, Roster(parameters: parameters, reported: asking.records, now: 0))
    }

    private init(_ address: MeshNodeAddress, _ parameters: NetworkParameters, _ roster: Roster) {
        self.address = address
        self.parameters = parameters
        self.roster = roster
    }

    /// How many nodes have a place.
    var placedCount: Int { roster.members.count { $0.state.isPlaced } }

    private final class Asking: SessionEvents {
        var records: [ReportedRecord] = []
        var isComplete = false
        var failure: String?
        private var session: MeshSession?

        var isDone: Bool { isComplete || failure != nil }

        func opened(_ session: ChatSession) {
            self.session = session as? MeshSession
            ask(after: Bytes32())
        }

        private func ask(after: Bytes32) { session?.append(.rosterRequest(RosterRequest(request: 1, after: after))) }

        func take(_ page: RosterPage) {
            for entry in page.entries {
                let record = entry.record.withUnsafeReadableBytes { try? NodeRecord(decoding: $0) }
                guard let record, let state = NodeState(rawValue: entry.state) else { continue }
                records.append(ReportedRecord(record, state: state))
            }
            if page.more, let last = records.last { ask(after: last.record.node.bytes) } else { isComplete = true }
        }

        func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool) {}
        func delivered(_ session: ChatSession, _ message: Message) {}
        func drained(_ session: ChatSession) {}
        func ended(_ session: ChatSession, _ reason: String) { failure = reason }
    }
}
