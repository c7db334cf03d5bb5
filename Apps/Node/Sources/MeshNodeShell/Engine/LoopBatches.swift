import NIOCore

/// Sorts one engine turn's output by event loop, so that each loop is woken once for all of it.
///
/// Used on the engine's thread only: ``add(_:loop:)`` while effects are performed, ``flush()`` at their end.
struct LoopBatches<Item: Sendable> {
    private let loops: [any EventLoop]
    private let deliver: @Sendable (_ loop: Int, _ items: [Item]) -> Void
    private var items: [[Item]]

    /// - Parameters:
    ///   - loops: addressed by their place in this list.
    ///   - deliver: called on the loop with what was added for it, in order.
    init(loops: [any EventLoop], deliver: @escaping @Sendable (_ loop: Int, _ items: [Item]) -> Void) {
        self.loops = loops
        self.deliver = deliver
        items = Array(repeating: [], count: loops.count)
    }

    /// Keeps the item for the loop at this place.
    mutating func add(_ item: Item, loop: Int) { items[loop].append(item) }

    /// Hands everything out: one `execute` for each loop that has something.
    mutating func flush() {
        for (index, loop) in loops.enumerated() where !items[index].isEmpty {
            let batch = items[index]
            items[index] = []
            let deliver = self.deliver
            loop.execute { deliver(index, batch) }
        }
    }
}
