import MeshQueueCore
import MeshQueueTesting
import Testing

/// What a disk does for a while.
enum DiskTrouble: CaseIterable {
    /// Nothing can be written (EROFS, EIO).
    case writes
    /// What is written can't be put on stable storage.
    case synchronizations
    /// No file can be made or renamed (EMFILE, a directory that is read-only).
    case names
    /// No room is left.
    case space

    func strike(_ disk: FaultyDisk) {
        switch self {
        case .writes: disk.faults.writeError = 1
        case .synchronizations: disk.faults.synchronizeError = 1
        case .names: disk.faults.nameError = 1
        case .space: disk.faults.capacity = disk.byteCount
        }
    }
}

@Suite("A disk that fails for a while")
struct FailingDiskTests {
    let disk = FaultyDisk(seed: 3)

    @Test(
        "Operations are refused by name, nothing that was accepted is lost, and all goes on by itself afterwards",
        arguments: DiskTrouble.allCases)
    func trouble(_ trouble: DiskTrouble) throws {
        var store = try open(disk)
        var held = Array(0..<20)
        _ = try store.perform(held.map { append($0, count: 1_000) }, nowSeconds: now)
        trouble.strike(disk)
        var refusals = 0
        for number in 100..<160 {
            // Full or without new files, the store goes on as far as what it has set aside reaches.
            do throws(QueueError) {
                if try store.perform([append(number, count: 1_000)], nowSeconds: now).areStored { held.append(number) }
            } catch {
                refusals += 1
                expectName(error, trouble)
            }
            store.housekeep(isIdle: number % 5 == 0)
            #expect(store.totals.messages == held.count)
        }
        #expect(refusals > 5)
        #expect(try store.ids() == held.map { itemID($0) })
        disk.faults = FaultyDisk.Faults()
        let outcomes = try store.perform([append(900, count: 1_000), remove(3)], nowSeconds: now)
        #expect(outcomes[0].isStored && outcomes[1] == .removed)
        while store.housekeep(isIdle: true) {}
        disk.crash()
        store = try open(disk, random: 2)
        #expect(try store.ids() == held.filter { $0 != 3 }.map { itemID($0) } + [itemID(900)])
    }

    private func expectName(_ error: QueueError, _ trouble: DiskTrouble) {
        switch (error, trouble) {
        case (.outOfSpace(let file), .space): #expect(file.hasPrefix("log-"))
        case (.inputOutput(let file, let code, _), .writes), (.inputOutput(let file, let code, _), .synchronizations),
            (.inputOutput(let file, let code, _), .names):
            #expect(file.hasPrefix("log-") && code == 5)
        default: Issue.record("\(error) for \(trouble)")
        }
    }

    @Test("Where one file can't be written any more, one commit fails and the next goes elsewhere")
    func wornOut() throws {
        let store = try open(disk)
        _ = try store.perform([append(1)], nowSeconds: now)
        disk.faults.wornOut = ["log-1"]
        #expect(throws: QueueError.self) { try store.perform([append(2)], nowSeconds: now) }
        #expect(try store.perform([append(3)], nowSeconds: now).areStored)
        #expect(try store.ids() == [itemID(1), itemID(3)])
        disk.crash()
        #expect(try open(disk, random: 2).ids() == [itemID(1), itemID(3)])
    }

    @Test("On a disk that stays full, acknowledgements go through and make room for new messages")
    func roomAgain() throws {
        let store = try open(disk)
        var held: [Int] = []
        var next = 0
        func fill() throws -> Int {
            let before = held.count
            do throws(QueueError) {
                while try store.perform([append(next, count: 1_000)], nowSeconds: now).areStored {
                    held.append(next)
                    next += 1
                    store.housekeep(isIdle: false)
                }
            } catch {
                guard case .outOfSpace = error else { throw error }
            }
            return held.count - before
        }
        disk.faults.capacity = 1 << 20
        #expect(try fill() > 500)
        for round in 1...4 {
            // Without an idle moment; in every other round one message in ten stays.
            for number in held.prefix(300).filter({ round % 2 == 0 || $0 % 10 != 0 }) {
                #expect(try store.perform([remove(number)], nowSeconds: now) == [.removed], "round \(round)")
                held.removeAll { $0 == number }
                store.housekeep(isIdle: false)
            }
            for _ in 0..<200 { store.housekeep(isIdle: false) }
            #expect(try fill() > 100, "round \(round)")
        }
        #expect(try store.ids() == held.map { itemID($0) })
    }
}
