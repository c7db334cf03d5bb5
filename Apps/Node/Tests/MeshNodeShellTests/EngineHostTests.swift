import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

@testable import MeshNodeShell

/// A thread of its own, and an event loop: what runs a core must look the same to everybody else.
@Suite struct EngineHostTests {
    enum Kind: CaseIterable {
        case thread
        case loop
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 4)

    @discardableResult
    private func start(
        _ kind: Kind, _ mailbox: EngineMailbox<Int>, finish: @escaping @Sendable () -> Void = {},
        perform: @escaping @Sendable ([ToyCore.Effect]) -> Void
    ) -> any EngineHost {
        switch kind {
        case .thread:
            EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: perform, finish: { _ in finish() })
        case .loop:
            EngineLoop(
                on: Self.group.next(), core: ToyCore(), mailbox: mailbox, perform: perform, finish: { _ in finish() })
        }
    }

    @Test("engine, four producers, every event once and each producer's in order", arguments: Kind.allCases)
    func producers(_ kind: Kind) async {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let host = start(kind, mailbox) { effects.add($0) }
        await withTaskGroup(of: Void.self) { group in
            for producer in 0..<4 {
                group.addTask {
                    for start in stride(from: 0, to: 1000, by: 10) {
                        mailbox.post((start..<start + 10).map { producer * 1000 + $0 })
                    }
                }
            }
        }
        host.stop()
        let seen = effects.all.joined().map { effect in if case .echo(let number) = effect { number } else { -1 } }
        #expect(seen.count == 4000)
        for producer in 0..<4 {
            #expect(seen.filter { $0 / 1000 == producer } == Array(producer * 1000..<producer * 1000 + 1000))
        }
    }

    @Test("engine, busy while events come, takes them as one batch", arguments: Kind.allCases)
    func batches(_ kind: Kind) {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let gate = NIOLock()
        gate.lock()
        let host = start(kind, mailbox) {
            effects.add($0)
            gate.withLock {}
        }
        mailbox.post(0)
        effects.wait(count: 1)
        for number in 1...100 { mailbox.post(number) }
        #expect(mailbox.depth == 100)
        gate.unlock()
        host.stop()
        #expect(effects.all.count == 2)
        #expect(effects.all[1] == (1...100).map(ToyCore.Effect.echo))
    }

    @Test("engine, deadline passes without events, core is called", arguments: Kind.allCases)
    func deadline(_ kind: Kind) {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let host = start(kind, mailbox) { effects.add($0) }
        mailbox.post(-20)
        #expect(effects.wait(count: 2))
        #expect(effects.all == [[.echo(-20)], [.alarm]])
        host.stop()
    }

    @Test("engine, events posted before its start, handled", arguments: Kind.allCases)
    func earlyEvents(_ kind: Kind) {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        mailbox.post([1, 2])
        start(kind, mailbox) { effects.add($0) }.stop()
        #expect(effects.all == [[.echo(1), .echo(2)]])
    }

    @Test("engine, heartbeat behind events, answered after they are performed", arguments: Kind.allCases)
    func heartbeat(_ kind: Kind) {
        let order = Collector<String>()
        let mailbox = EngineMailbox<Int>()
        mailbox.post(1)
        mailbox.heartbeat { order.add("heartbeat") }
        start(kind, mailbox) { _ in order.add("effects") }.stop()
        #expect(order.all == ["effects", "heartbeat"])
    }

    @Test("engine, stopped twice and by two, ends once with all events handled", arguments: Kind.allCases)
    func stopTwice(_ kind: Kind) async {
        let finished = Collector<Bool>()
        let mailbox = EngineMailbox<Int>()
        let host = start(kind, mailbox, finish: { finished.add(true) }) { _ in }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { host.stop() } }
        }
        host.stop()
        #expect(finished.all.count == 1)
        #expect(mailbox.post(1) == false)
    }
}
