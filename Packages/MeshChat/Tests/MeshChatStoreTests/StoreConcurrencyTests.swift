import Foundation
import GRDB
import MeshChat
import MeshCrypto
import Synchronization
import Testing

@testable import MeshChatStore

/// Runs `bodies` on threads of their own and waits for all of them.
private func inParallel(_ count: Int, _ body: @Sendable @escaping (Int) throws -> Void) throws {
    let failures = Mutex<[any Error]>([])
    let group = DispatchGroup()
    for index in 0..<count {
        group.enter()
        Thread.detachNewThread {
            defer { group.leave() }
            do { try body(index) } catch { failures.withLock { $0.append(error) } }
        }
    }
    group.wait()
    if let first = failures.withLock({ $0.first }) { throw first }
}

@Suite("Several stores on one home") struct StoreConcurrencyTests {
    @Test("Two that receive the same messages at once record each one once") func receiving() throws {
        try withHome { home in
            var ben = Peer(1)
            let messages = try (0..<200).map { try ben.text("\($0)") }
            let shown = Mutex<[String]>([])
            try inParallel(2) { index in
                let store = try home.open()
                for message in index == 0 ? messages : messages.reversed() {
                    let texts = try store.receive([message], now: 0).changes.shown.compactMap(\.text)
                    shown.withLock { $0 += texts }
                }
            }
            #expect(shown.withLock { $0.sorted() } == (0..<200).map(String.init).sorted())
            let store = try home.open()
            #expect(try store.history(with: ben.id, limit: 500).compactMap(\.text) == (0..<200).map(String.init))
            #expect(try store.unreadCounts() == [ben.id: 200] && store.unprinted(limit: 500).count == 200)
        }
    }

    @Test("One receives while others send: nothing is lost or doubled, and the recipient finds no gap")
    func sendingBesideReceiving() throws {
        try withHome { home in
            let bodies = Mutex<[(UInt64, [UInt8])]>([])
            let incoming = try Mutex(
                (0..<50).map { number in
                    var ben = Peer(1)
                    ben.start = SendingStart(generation: 1, freshEpoch: UInt64(number) + 1)
                    return try ben.text("in \(number)")
                })
            try inParallel(4) { index in
                for number in 0..<25 {
                    // A new store each time, as a program that is called 25 times opens one.
                    let store = try home.open()
                    if index == 0 {
                        _ = try store.receive(incoming.withLock { [$0.removeLast(), $0.removeLast()] }, now: 0)
                        continue
                    }
                    let sent = Mutex<[UInt8]>([])
                    let message = try store.sendText("\(index) \(number)", to: Peer.id(1), now: 0) { draft in
                        sent.withLock { $0 = draft.body }
                        return submission(for: draft)
                    }
                    bodies.withLock { $0.append((message.item.sequence, sent.withLock { $0 })) }
                }
            }
            let store = try home.open()
            #expect(try store.outboxItems().count == 75)
            #expect(try store.history(with: Peer.id(1), limit: 500).count == 125)
            var recipient = Conversation(with: Peer.id(2))
            var shown = 0
            for (number, body) in bodies.withLock({ $0.sorted { $0.0 < $1.0 } }) {
                let message = IncomingMessage(
                    sender: Peer.id(2), id: .random(), sentAtMilliseconds: number, body: body)
                let effects = recipient.onReceived(
                    message, seenBefore: false, rules: ReceiptRules(isContact: false), now: 0)
                shown += effects.count { if case .show(_, _, false) = $0 { true } else { false } }
            }
            #expect(shown == 75 && recipient.lastPosition == 75)
        }
    }

    @Test("Many threads on one store do no harm") func threads() throws {
        try withHome { home in
            let store = try home.open()
            try inParallel(8) { index in
                for number in 0..<10 {
                    _ = try store.sendText("\(index) \(number)", to: Peer.id(1), now: 0, seal: { submission(for: $0) })
                    _ = try store.history(with: Peer.id(1), limit: 5)
                }
            }
            #expect(try store.history(with: Peer.id(1), limit: 500).map(\.position) == Array(1...80))
        }
    }

    @Test("New homes opened by several at once are created once") func creating() throws {
        for _ in 0..<5 {
            try withHome { home in
                try inParallel(6) { _ in _ = try home.open().people() }
                try home.open().check()
            }
        }
    }

    @Test("Who writes for too long is named as busy") func busy() throws {
        try withHome { home in
            let writer = try home.open()
            let other = try home.open(ChatStoreOptions(busyMilliseconds: 50))
            try writer.database.inTransaction(.immediate) { _ in
                #expect(throws: ChatStoreError.busy(path: home.path, waitedMilliseconds: 50)) {
                    try other.receive([], now: 0)
                }
                return .commit
            }
            _ = try other.receive([], now: 0)
        }
    }

    @Test("A store notices that somebody else has written") func foreignChanges() throws {
        try withHome { home in
            let (one, two) = (try home.open(), try home.open())
            let before = try one.foreignChanges()
            _ = try one.sendText("x", to: Peer.id(1), now: 0, seal: Recorder().seal)
            #expect(try one.foreignChanges() == before)
            _ = try two.sendText("x", to: Peer.id(1), now: 0, seal: Recorder().seal)
            #expect(try one.foreignChanges() != before)
        }
    }
}

@Suite("Locks on a home") struct HomeLockTests {
    @Test("A lock that is held is refused with its holder's process, and free again afterwards") func held() throws {
        try withHome { home in
            let directory = home.directory.path
            let path = HomeLock.path(of: .outbox, in: directory)
            var lock: HomeLock? = try HomeLock.acquire(.outbox, in: directory, timeoutMilliseconds: 0)
            let expected = HomeLockError.held(
                path: path, by: ProcessInfo.processInfo.processIdentifier, waitedMilliseconds: 20)
            #expect(throws: expected) { try HomeLock.acquire(.outbox, in: directory, timeoutMilliseconds: 20) }
            _ = try HomeLock.acquire(.opening, in: directory, timeoutMilliseconds: 0)
            withExtendedLifetime(lock) {}
            lock = nil
            _ = try HomeLock.acquire(.outbox, in: directory, timeoutMilliseconds: 0)
        }
    }

    @Test("Who waits gets it when the holder lets go; only one has it at a time") func waiting() throws {
        try withHome { home in
            let inside = Mutex((now: 0, most: 0))
            try inParallel(5) { _ in
                for _ in 0..<5 {
                    let lock = try HomeLock.acquire(
                        .outbox, in: home.directory.path, timeoutMilliseconds: 30_000)
                    inside.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    inside.withLock { $0.now -= 1 }
                    withExtendedLifetime(lock) {}
                }
            }
            #expect(inside.withLock { $0.most } == 1)
        }
    }

    @Test("A lock of another process is respected, and free once that process is killed") func otherProcess() throws {
        try withHome { home in
            let path = HomeLock.path(of: .outbox, in: home.directory.path)
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["flock", "--no-fork", path, "sh", "-c", "echo locked; exec sleep 600"]
            process.standardOutput = output
            try process.run()
            #expect(output.fileHandleForReading.availableData == Data("locked\n".utf8))
            #expect(throws: HomeLockError.held(path: path, by: nil, waitedMilliseconds: 0)) {
                try HomeLock.acquire(.outbox, in: home.directory.path, timeoutMilliseconds: 0)
            }
            kill(process.processIdentifier, SIGKILL)
            _ = try HomeLock.acquire(.outbox, in: home.directory.path, timeoutMilliseconds: 30_000)
            process.waitUntilExit()
        }
    }

    @Test("A directory that isn't there is named with the system's reason") func noDirectory() {
        #expect(throws: HomeLockError.self) {
            try HomeLock.acquire(.outbox, in: "/nonexistent", timeoutMilliseconds: 0)
        }
    }
}
