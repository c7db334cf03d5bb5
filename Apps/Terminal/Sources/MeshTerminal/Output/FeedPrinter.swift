import MeshChat
import MeshChatStore
import MeshCrypto

/// Prints what has not been printed yet, and marks it only once the system has it: a kill in between repeats a line and
/// loses none.
struct FeedPrinter {
    /// How many are printed and marked at once: one transaction for them, few enough to repeat.
    static let batch = 100

    let store: ChatStore
    let console: Console
    let json: Bool

    /// - Returns: how many there were.
    @discardableResult
    func flush(now: UInt64) throws -> Int {
        var count = 0
        while true {
            let items = try store.unprinted(limit: Self.batch)
            guard !items.isEmpty else { return count }
            try show(items, now: now)
            try store.markPrinted(items.map(\.id))
            count += items.count
        }
    }

    private func show(_ items: [FeedItem], now: UInt64) throws {
        var people: [UserID: Person?] = [:]
        for id in Set(items.map(\.entry.peer)) { people[id] = try store.person(id) }
        let text = FeedText { people[$0] ?? nil }
        var results = ""
        for item in items {
            switch json ? text.json(item, now: now) : text.plain(item) {
            case .result(let line): results += line + "\n"
            case .hint(let line): console.hint(line)
            case .nothing: break
            }
        }
        if !results.isEmpty { try console.writeResult(results) }
    }
}
