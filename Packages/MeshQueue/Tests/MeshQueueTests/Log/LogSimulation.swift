import MeshQueueCore
import MeshQueueTesting
import Testing

/// A log on a faulty disk, driven at random beside a model in memory, crashed and opened again: all that was answered
/// must be there, whatever the disk did; what wasn't may be there or not.
struct LogSimulation {
    /// What is known of one message.
    private struct Knowledge {
        /// Its sequence, if it is held for certain.
        var sequence: UInt64?
        var expiry: UInt32 = 0
        var size = 0
        /// Remembered until then, for certain.
        var keepUntil: UInt32 = 0
        /// Whether an operation on it failed, so that nobody knows: until the next opening or answer tells.
        var isOpen = false
    }

    let seed: UInt64
    let disk: FaultyDisk
    private var random: SplitMix
    private var store: LogQueueStore?
    private var knowledge: [QueueKey: Knowledge] = [:]
    private var time = now
    private var lastCommit: UInt64 = 0
    private var lastSequence: UInt64 = 0
    private var openings: UInt64 = 0
    private(set) var problems: [String] = []
    private(set) var commits = 0
    private(set) var failures = 0
    private(set) var refusedOpenings = 0
    private(set) var folds = 0
    private(set) var reports: Reports
    /// Whether the power goes in the midst of a change.
    var losesPower = false

    static let owners = 6
    static let numbers = 120
    // Made once: a test spends its time on the log.
    private static let recipients = (0..<owners).map { recipient($0) }
    private static let ids = (0..<numbers).map { itemID($0) }
    private static let proofs = (0..<numbers).map { proof($0) }
    private static let payloads = (0..<numbers).map { payload($0, count: 5_000) }
    private static let numberOfID = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })

    init(seed: UInt64, faults: FaultyDisk.Faults = FaultyDisk.Faults()) {
        self.seed = seed
        random = SplitMix(seed: seed &* 77)
        disk = FaultyDisk(seed: seed, faults: faults)
        reports = Reports()
    }

    private mutating func problem(_ text: String) {
        if problems.count < 5 { problems.append("seed \(seed), commit \(commits): \(text)") }
    }

    /// Crashes and opens again, this many times, with some commits in each life.
    mutating func run(lives: Int, commitsPerLife: Int) {
        for life in 0..<lives {
            guard open() else { continue }
            check()
            if losesPower { disk.changesUntilPowerOff = Int.random(in: 0...commitsPerLife * 3, using: &random) }
            for _ in 0..<Int.random(in: 0...commitsPerLife, using: &random) where !disk.isOff { step() }
            if life % 5 == 4 { store?.close() }
            // A process that ends without a crash of the machine leaves what it wrote in the cache.
            if disk.isOff || Bool.random(using: &random) { disk.crash() }
            disk.changesUntilPowerOff = nil
            store = nil
        }
        let faults = disk.faults
        disk.faults = FaultyDisk.Faults()
        if open() { check() } else { problem("can't be opened without faults") }
        disk.faults = faults
    }

    private mutating func open() -> Bool {
        openings += 1
        let reports = reports
        let power = Power(disk: disk)
        do throws(QueueOpenError) {
            store = try LogQueueStore(
                disk: disk, options: .small(), random: seed << 20 | openings,
                report: { report in
                    // What a machine says whose power is gone, nobody hears.
                    if !power.disk.isOff { reports.add(report) }
                })
            return true
        } catch {
            refusedOpenings += 1
            if case .damaged = error { problem("\(error)") }
            disk.crash()
            return false
        }
    }

    // MARK: One step

    private mutating func step() {
        time += UInt32.random(in: 0...60, using: &random)
        let operations = (0..<Int.random(in: 1...20, using: &random)).map { _ in operation() }
        commit(operations)
        if disk.isOff { return }
        switch Int.random(in: 0..<12, using: &random) {
        case 0: expire()
        case 1, 2: for _ in 0..<Int.random(in: 1...30, using: &random) { store!.housekeep(isIdle: true) }
        case 3: read()
        default: store!.housekeep(isIdle: false)
        }
    }

    private mutating func operation() -> QueueOperation {
        let number = Int.random(in: 0..<Self.numbers, using: &random)
        let owner = number % Self.owners
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5:
            let size = [0, 8, 100, 700, 1_100, 5_000][Int.random(in: 0..<6, using: &random)]
            return .append(
                recipient: Self.recipients[owner], id: Self.ids[number],
                expirySeconds: time + UInt32.random(in: 1...20_000, using: &random),
                payload: Self.payloads[number][..<size])
        case 5: return .release(recipient: Self.recipients[owner], id: Self.ids[number])
        default:
            return .remove(
                recipient: Self.recipients[owner], id: Self.ids[number], proof: Self.proofs[number],
                keepUntilSeconds: time + UInt32.random(in: 0...30_000, using: &random))
        }
    }

    private mutating func commit(_ operations: [QueueOperation]) {
        do throws(QueueError) {
            let commit = try store!.commit(operations, nowSeconds: time)
            commits += 1
            if commit.number <= lastCommit { problem("commit number \(commit.number) after \(lastCommit)") }
            lastCommit = commit.number
            for (operation, outcome) in zip(operations, commit.outcomes) { learn(operation, outcome) }
        } catch {
            failures += 1
            for operation in operations { knowledge[operation.key, default: Knowledge()].isOpen = true }
        }
    }

    private mutating func learn(_ operation: QueueOperation, _ outcome: QueueOutcome) {
        let key = operation.key
        var known = knowledge[key] ?? Knowledge()
        defer { knowledge[key] = known }
        let isRemembered = known.keepUntil > time
        if !known.isOpen { judge(operation, outcome, known, isRemembered) }
        switch (operation, outcome) {
        case (.append(let append), .stored(let sequence)):
            if sequence <= lastSequence { problem("sequence \(sequence) after \(lastSequence)") }
            lastSequence = sequence
            known = Knowledge(sequence: sequence, expiry: append.expirySeconds, size: append.payload.byteCount)
        case (.append, .storedAndRemoved): known = Knowledge(sequence: 0)
        case (.remove(let removal), .removed), (.remove(let removal), .remembered):
            known = Knowledge(keepUntil: removal.keepUntilSeconds)
        case (.release, .released): known = Knowledge()
        default: break
        }
    }

    /// Whether an outcome can be true, given what is known for certain.
    private mutating func judge(
        _ operation: QueueOperation, _ outcome: QueueOutcome, _ known: Knowledge, _ isRemembered: Bool
    ) {
        let isHeld = known.sequence != nil
        let isRight =
            switch (operation, outcome) {
            case (.append, .stored), (.append, .storedAndRemoved): !isHeld && !isRemembered
            case (.append, .duplicate): isHeld
            case (.append, .removedBefore), (.remove, .removedBefore): !isHeld && isRemembered
            case (.append, .expired): true
            case (.remove, .removed), (.release, .released): isHeld
            case (.remove, .remembered): !isHeld && !isRemembered
            case (.remove, .notHeld), (.release, .notHeld): !isHeld
            default: false
            }
        if !isRight { problem("\(operation.name) is \(outcome), known: \(known)") }
    }

    private mutating func expire() {
        while true {
            guard let expiry = try? store!.expire(nowSeconds: time) else {
                for (key, known) in knowledge where known.sequence != nil && known.expiry <= time {
                    knowledge[key]?.isOpen = true
                }
                return
            }
            if expiry.isComplete { break }
        }
        for (key, known) in knowledge where known.sequence != nil && known.expiry <= time {
            knowledge[key] = Knowledge()
        }
    }

    // MARK: What must be

    /// Compares all that is held with what is known, and learns what is open.
    private mutating func check() {
        let faults = disk.faults
        disk.faults = FaultyDisk.Faults()
        defer { disk.faults = faults }
        var held: [QueueKey: QueueItem] = [:]
        for owner in 0..<Self.owners { check(owner, &held) }
        for (key, known) in knowledge {
            let item = held.removeValue(forKey: key)
            if known.isOpen {
                settle(key, item)
                continue
            }
            if known.sequence != item?.sequence {
                problem("\(key) is \(String(describing: item?.sequence)), known \(known)")
            }
            if let item, item.expirySeconds != known.expiry || item.range.count != known.size {
                problem("\(key) is another message")
            }
            if known.sequence == nil, known.keepUntil > time { checkRemembered(key, known) }
        }
        for key in held.keys { problem("\(key) came from nowhere") }
    }

    private mutating func check(_ owner: Int, _ held: inout [QueueKey: QueueItem]) {
        var request = QueueFetch(recipient: Self.recipients[owner], maxCount: 7)
        var last: UInt64 = 0
        while true {
            guard let page = try? store!.fetch(request) else { return problem("can't be fetched") }
            for damage in page.damaged
            where knowledge[QueueKey(recipient: Self.recipients[owner], id: damage.id!)]?.isOpen != true {
                problem("damaged: \(damage)")
            }
            for item in page.items {
                if item.sequence <= last { problem("out of order: \(item.sequence) after \(last)") }
                last = item.sequence
                lastSequence = max(lastSequence, last)
                held[QueueKey(recipient: item.recipient, id: item.id)] = item
                let expected = Self.payloads[Self.numberOfID[item.id]!][..<item.range.count]
                if page.payload(of: item) != expected { problem("wrong bytes") }
            }
            if !page.hasMore { return }
            request.afterSequence = page.lastSequence
        }
    }

    private mutating func checkRemembered(_ key: QueueKey, _ known: Knowledge) {
        guard let answer = try? store!.lookup([key], nowSeconds: time)[0] else { return problem("no look-up") }
        guard case .removed(_, known.keepUntil) = answer else {
            return problem("\(key) is \(answer), known \(known)")
        }
    }

    private mutating func settle(_ key: QueueKey, _ item: QueueItem?) {
        if let item {
            knowledge[key] = Knowledge(sequence: item.sequence, expiry: item.expirySeconds, size: item.range.count)
        } else if case .removed(_, let keepUntil)? = try? store!.lookup([key], nowSeconds: time)[0] {
            knowledge[key] = Knowledge(keepUntil: keepUntil)
        } else {
            knowledge[key] = Knowledge()
        }
    }

    private mutating func read() {
        _ = try? store!.fetch(QueueFetch(recipient: Self.recipients[Int.random(in: 0..<Self.owners, using: &random)]))
        _ = try? store!.tombstones(from: .start, maxCount: 50, nowSeconds: time)
    }
}

extension QueueOperation {
    var key: QueueKey {
        switch self {
        case .append(let append): QueueKey(recipient: append.recipient, id: append.id)
        case .remove(let removal): QueueKey(recipient: removal.recipient, id: removal.id)
        case .release(let key): key
        }
    }

    var name: String {
        switch self {
        case .append: "append"
        case .remove: "remove"
        case .release: "release"
        }
    }
}

/// One thread has all of a simulation.
private struct Power: @unchecked Sendable {
    let disk: FaultyDisk
}
