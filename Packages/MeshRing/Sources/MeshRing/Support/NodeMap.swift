import MeshCrypto

/// A dictionary by node ids, for what a core keeps of each peer: every message looks into several of them.
///
/// Ids are public keys, so their first eight bytes times a secret odd number spread as well as a hash of all 32 would;
/// whoever tries keys until some collide doesn't know that number. Open addressing: one look at memory finds most.
struct NodeMap<Value: Sendable>: Sendable {
    private struct Slot {
        var node = NodeID(trusted: Bytes32())
        /// Nil where the slot is free, and while the value is being changed.
        var value: Value?
    }

    /// A power of two, at most half of them taken.
    private var slots: [Slot] = []
    /// How many there are.
    private(set) var count = 0
    private var shift: UInt64 = 64
    private let multiplier: UInt64

    private static var leastSlots: Int { 8 }

    /// An empty map; `key` is known to nobody else.
    init(key: UInt64) {
        multiplier = key | 1
    }

    var isEmpty: Bool { count == 0 }
    /// In no order that a seed would repeat.
    var keys: [NodeID] { slots.filter { $0.value != nil }.map(\.node) }

    /// Calls `body` with all that is there, in no order that a seed would repeat.
    func forEach(_ body: (NodeID, Value) -> Void) {
        for slot in slots { if let value = slot.value { body(slot.node, value) } }
    }

    func contains(_ node: NodeID) -> Bool { index(of: node) != nil }

    subscript(node: NodeID) -> Value? {
        get { index(of: node).flatMap { slots[$0].value } }
        _modify {
            let index = index(of: node)
            var value: Value?
            if let index { swap(&value, &slots[index].value) }
            defer { put(value, node, at: index) }
            yield &value
        }
    }

    subscript(node: NodeID, default fallback: @autoclosure () -> Value) -> Value {
        get { self[node] ?? fallback() }
        _modify {
            let index = index(of: node)
            var taken: Value?
            if let index { swap(&taken, &slots[index].value) }
            var value = taken ?? fallback()
            taken = nil
            defer { put(value, node, at: index) }
            yield &value
        }
    }

    /// Takes out what is there.
    mutating func removeValue(forKey node: NodeID) -> Value? {
        guard let index = index(of: node) else { return nil }
        let value = slots[index].value
        remove(at: index)
        return value
    }
}

extension NodeMap {
    private var mask: Int { Int(UInt64.max >> shift) }

    private func home(of node: NodeID) -> Int { Int((node.short &* multiplier) >> shift) }

    /// Doesn't look at the array's own count, which lies elsewhere in memory.
    private func index(of node: NodeID) -> Int? {
        guard count > 0 else { return nil }
        let mask = mask
        var index = home(of: node)
        return slots.withUnsafeBufferPointer { slots in
            while slots[index].value != nil {
                if slots[index].node == node { return index }
                index = (index + 1) & mask
            }
            return nil
        }
    }

    private mutating func put(_ value: Value?, _ node: NodeID, at index: Int?) {
        switch (index, value) {
        case (let index?, let value?): slots[index].value = value
        case (let index?, nil): remove(at: index)
        case (nil, let value?): insert(value, node)
        case (nil, nil): break
        }
    }

    private mutating func insert(_ value: Value, _ node: NodeID) {
        if 2 * (count + 1) > slots.count { grow() }
        place(Slot(node: node, value: value))
        count += 1
    }

    private mutating func place(_ slot: Slot) {
        var index = home(of: slot.node)
        while slots[index].value != nil { index = (index + 1) & mask }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        let size = max(Self.leastSlots, 2 * old.count)
        slots = Array(repeating: Slot(), count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
        for slot in old where slot.value != nil { place(slot) }
    }

    /// What was pushed on by what lay there moves back, so that every key is found from its home without a gap.
    private mutating func remove(at index: Int) {
        var (gap, next) = (index, (index + 1) & mask)
        while slots[next].value != nil {
            if (next - home(of: slots[next].node)) & mask >= (next - gap) & mask {
                slots.swapAt(gap, next)
                gap = next
            }
            next = (next + 1) & mask
        }
        slots[gap].value = nil
        count -= 1
    }
}

extension MembershipConfiguration {
    /// What the core's maps spread node ids by.
    var mapKey: UInt64 { Hash.blake2b8(context: "mesh node map 1", seed) }
}
