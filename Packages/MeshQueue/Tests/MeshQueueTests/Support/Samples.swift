import MeshQueue
import MeshQueueCore

/// A moment all tests take for the present.
let now: UInt32 = 1_800_000_000
/// A day later.
let later: UInt32 = now + 86_400

/// The recipient with this number.
func recipient(_ number: Int) -> QueueRecipient {
    var random = SplitMix(seed: UInt64(number) &+ 1)
    return QueueRecipient((0..<32).map { _ in UInt8(truncatingIfNeeded: random.next()) })!
}

/// The id with this number.
func itemID(_ number: Int) -> QueueItemID {
    var random = SplitMix(seed: UInt64(number) &+ 1_000_003)
    return QueueItemID((0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) })!
}

/// The payload of message `number`: its number in eight bytes, then a pattern.
func payload(_ number: Int, count: Int = 100) -> [UInt8] {
    var random = SplitMix(seed: UInt64(number))
    let head = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
    return Array((head + (0..<max(0, count - 8)).map { _ in UInt8(truncatingIfNeeded: random.next()) }).prefix(count))
}

/// A proof for message `number`.
func proof(_ number: Int) -> QueueProof { QueueProof(payload(number, count: 8))! }

func append(_ number: Int, to owner: Int = 1, count: Int = 100, expiry: UInt32 = later) -> QueueOperation {
    .append(
        recipient: recipient(owner), id: itemID(number), expirySeconds: expiry,
        payload: payload(number, count: count))
}

func release(_ number: Int, of owner: Int = 1) -> QueueOperation {
    .release(recipient: recipient(owner), id: itemID(number))
}

func key(_ number: Int, of owner: Int = 1) -> QueueKey { QueueKey(recipient: recipient(owner), id: itemID(number)) }

func remove(_ number: Int, of owner: Int = 1, keepUntil: UInt32 = later + 86_400) -> QueueOperation {
    .remove(recipient: recipient(owner), id: itemID(number), proof: proof(number), keepUntilSeconds: keepUntil)
}

extension QueueOutcome {
    /// The sequence, if this is `stored`.
    var sequence: UInt64? {
        if case .stored(let sequence) = self { return sequence }
        return nil
    }

    var isStored: Bool { sequence != nil }
}

extension Collection<QueueOutcome> {
    /// Whether all are `stored`.
    var areStored: Bool { allSatisfy { $0.isStored } }
}

extension QueueStore {
    /// The outcomes of a commit.
    mutating func perform(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> [QueueOutcome] {
        try commit(operations, nowSeconds: nowSeconds).outcomes
    }

    /// Everything held for a recipient, in pages of a few.
    mutating func all(of owner: Int = 1, pageSize: Int = 7) throws -> [(id: QueueItemID, payload: [UInt8])] {
        var found: [(id: QueueItemID, payload: [UInt8])] = []
        var request = QueueFetch(recipient: recipient(owner), maxCount: pageSize)
        while true {
            let page = try fetch(request)
            #if DEBUG
                precondition(page.damaged.isEmpty, "\(page.damaged)")
            #endif
            found += page.items.map { ($0.id, Array(page.payload(of: $0))) }
            if !page.hasMore { return found }
            request.afterSequence = page.lastSequence
        }
    }

    /// The ids held for a recipient.
    mutating func ids(of owner: Int = 1) throws -> [QueueItemID] { try all(of: owner).map(\.id) }
}

extension QueueStore where Self: AnyObject {
    /// The outcomes of a commit.
    func perform(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> [QueueOutcome] {
        var store = self
        return try store.commit(operations, nowSeconds: nowSeconds).outcomes
    }

    /// The ids held for a recipient.
    func ids(of owner: Int = 1) throws -> [QueueItemID] {
        var store = self
        return try store.all(of: owner).map(\.id)
    }
}

/// A small random number generator with a seed (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// 2014).
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
