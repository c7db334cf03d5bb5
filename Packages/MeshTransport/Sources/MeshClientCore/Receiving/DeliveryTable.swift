import MeshCrypto
import MeshWire

/// The messages of this session by id: which links brought them, and what the app said. So that a copy from another
/// node isn't delivered again, and an answer reaches every node that holds one.
///
/// Bounded by ``ClientLimits/rememberedDeliveries``: the oldest is forgotten first. The app recognises a message that
/// comes again by its sender and inner id.
struct DeliveryTable: Sendable {
    enum Entry: Sendable {
        case withApp(SubmissionHeader, sources: [ClientLinkID])
        case answered(SubmissionHeader, DeliveryAnswer.Verdict)
    }

    private var entries: [SubmissionID: Entry] = [:]
    /// In the order of their coming; ids that were ignored stay until they are passed.
    private var order: [SubmissionID] = []
    private var head = 0

    subscript(id: SubmissionID) -> Entry? { entries[id] }

    var count: Int { entries.count }

    /// Enters a message that goes to the app.
    mutating func add(_ id: SubmissionID, _ header: SubmissionHeader, from link: ClientLinkID) {
        entries[id] = .withApp(header, sources: [link])
        order.append(id)
        while entries.count > ClientLimits.rememberedDeliveries
            || order.count - head > 2 * ClientLimits.rememberedDeliveries
        {
            forgetOldest()
        }
        if head > ClientLimits.rememberedDeliveries {
            order.removeFirst(head)
            head = 0
        }
    }

    /// One that links wait for stays, since its answer gives them their credit back; the credit bounds how many these
    /// are, to less than half of the limit.
    private mutating func forgetOldest() {
        let id = order[head]
        head += 1
        if case .withApp(_, let sources) = entries[id], !sources.isEmpty {
            order.append(id)
        } else {
            entries[id] = nil
        }
    }

    /// Another link brought it while the app has it.
    mutating func addSource(_ link: ClientLinkID, of id: SubmissionID) {
        guard case .withApp(let header, let sources) = entries[id] else { return }
        entries[id] = .withApp(header, sources: sources + [link])
    }

    /// A link is gone.
    mutating func removeSource(_ link: ClientLinkID, of id: SubmissionID) {
        guard case .withApp(let header, let sources) = entries[id] else { return }
        entries[id] = .withApp(header, sources: sources.filter { $0 != link })
    }

    /// The app has answered: the links that wait for it. Nil for an id that isn't with the app.
    mutating func answer(
        _ id: SubmissionID, _ verdict: DeliveryAnswer.Verdict
    ) -> (sources: [ClientLinkID], SubmissionHeader)? {
        guard case .withApp(let header, let sources) = entries[id] else { return nil }
        // An ignored message may come again; the app then has another chance.
        entries[id] = verdict == .ignore ? nil : .answered(header, verdict)
        return (sources, header)
    }
}
