import Foundation
import NIOConcurrencyHelpers
import Testing

@testable import MeshNodeShell

@Suite struct EngineThreadTests {
    @Test("engine thread, four producers, every event once and each producer's in order")
    func producers() async {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let thread = EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: { effects.add($0) })
        await withTaskGroup(of: Void.self) { group in
            for producer in 0..<4 {
                group.addTask {
                    for start in stride(from: 0, to: 1000, by: 10) {
                        mailbox.post((start..<start + 10).map { producer * 1000 + $0 })
                    }
                }
            }
        }
        thread.stop()
        let seen = effects.all.joined().map { effect in if case .echo(let number) = effect { number } else { -1 } }
        #expect(seen.count == 4000)
        for producer in 0..<4 {
            #expect(seen.filter { $0 / 1000 == producer } == Array(producer * 1000..<producer * 1000 + 1000))
        }
    }

    @Test("engine thread, busy while events come, takes them as one batch")
    func batches() {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let gate = NIOLock()
        gate.lock()
        let thread = EngineThread(
            name: "toy", core: ToyCore(), mailbox: mailbox,
            perform: {
                effects.add($0)
                gate.withLock {}
            })
        mailbox.post(0)
        effects.wait(count: 1)
        for number in 1...100 { mailbox.post(number) }
        #expect(mailbox.depth == 100)
        gate.unlock()
        thread.stop()
        #expect(effects.all.count == 2)
        #expect(effects.all[1] == (1...100).map(ToyCore.Effect.echo))
    }

    @Test("engine thread, deadline passes without events, core is called")
    func deadline() {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        let thread = EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: { effects.add($0) })
        mailbox.post(-20)
        #expect(effects.wait(count: 2))
        #expect(effects.all == [[.echo(-20)], [.alarm]])
        thread.stop()
    }

    @Test("engine thread, events posted before its start, handled")
    func earlyEvents() {
        let effects = Collector<[ToyCore.Effect]>()
        let mailbox = EngineMailbox<Int>()
        mailbox.post([1, 2])
        EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: { effects.add($0) }).stop()
        #expect(effects.all == [[.echo(1), .echo(2)]])
    }

    @Test("engine thread, heartbeat behind events, answered after they are performed")
    func heartbeat() {
        let order = Collector<String>()
        let mailbox = EngineMailbox<Int>()
        mailbox.post(1)
        mailbox.heartbeat { order.add("heartbeat") }
        EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: { _ in order.add("effects") }).stop()
        #expect(order.all == ["effects", "heartbeat"])
    }

    @Test("engine thread, stopped twice and by two, ends once with all events handled")
    func stopTwice() async {
        let finished = Collector<Bool>()
        let mailbox = EngineMailbox<Int>()
        let thread = EngineThread(
            name: "toy", core: ToyCore(), mailbox: mailbox, perform: { _ in }, finish: { _ in finished.add(true) })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 { group.addTask { thread.stop() } }
        }
        thread.stop()
        #expect(finished.all.count == 1)
        #expect(mailbox.post(1) == false)
    }
}
