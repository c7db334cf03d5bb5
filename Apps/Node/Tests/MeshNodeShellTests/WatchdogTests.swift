import Logging
import NIOConcurrencyHelpers
import NIOPosix
import Testing

@testable import MeshNodeShell

@Suite struct WatchdogCoreTests {
    @Test("watchdog core, all sources answer, one ping a round")
    func allAnswer() {
        var core = WatchdogCore(sources: 2, intervalMilliseconds: 400)
        #expect(core.tickMilliseconds == 100)
        #expect(core.onTick(now: 0) == [.ask(round: 1)])
        #expect(core.onAnswer(source: 1, round: 1, now: 1) == [])
        #expect(core.onAnswer(source: 0, round: 1, now: 2) == [.ping])
        #expect(core.onTick(now: 100) == [.ask(round: 2)])
    }

    @Test("watchdog core, one source silent, no ping however often the others answer")
    func oneSilent() {
        var core = WatchdogCore(sources: 2, intervalMilliseconds: 400)
        _ = core.onTick(now: 0)
        for now: UInt64 in stride(from: 1, to: 200, by: 10) {
            #expect(core.onAnswer(source: 0, round: 1, now: now) == [])
        }
        #expect(core.onTick(now: 100) == [])
        #expect(core.onTick(now: 200) == [.late(sources: [1], milliseconds: 200)])
        #expect(core.onTick(now: 300) == [])
        #expect(core.onAnswer(source: 1, round: 1, now: 350) == [.recovered(milliseconds: 350), .ping])
    }

    @Test("watchdog core, answers of an earlier round, don't count")
    func oldAnswers() {
        var core = WatchdogCore(sources: 1, intervalMilliseconds: 400)
        _ = core.onTick(now: 0)
        #expect(core.onAnswer(source: 0, round: 1, now: 1) == [.ping])
        _ = core.onTick(now: 100)
        #expect(core.onAnswer(source: 0, round: 1, now: 101) == [])
        #expect(core.onAnswer(source: 0, round: 2, now: 102) == [.ping])
    }

    @Test("watchdog core, clock of the caller steps back, no trap")
    func clockStepsBack() {
        var core = WatchdogCore(sources: 1, intervalMilliseconds: 400)
        _ = core.onTick(now: 1000)
        #expect(core.onTick(now: 500) == [])
    }
}

@Suite struct WatchdogTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("watchdog, engine thread and event loop answer, pings keep coming")
    func pings() {
        let sent = Collector<String>()
        let mailbox = EngineMailbox<Int>()
        let thread = EngineThread(name: "toy", core: ToyCore(), mailbox: mailbox, perform: { _ in })
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let watchdog = Watchdog(
            sources: [
                HeartbeatSource(name: "engine") { mailbox.heartbeat($0) }, .eventLoop(loop, name: "loop"),
            ], notifier: notifier(sent), intervalMilliseconds: 40, logger: Self.quiet)
        watchdog.start()
        #expect(sent.wait(count: 3))
        #expect(Set(sent.all) == ["WATCHDOG=1"])
        watchdog.stop()
        thread.stop()
    }

    @Test("watchdog, engine thread stuck, no ping until it moves, and the log names it")
    func stuck() {
        let sent = Collector<String>()
        let lines = Collector<String>()
        let logger = Logger(label: "test") { _ in
            LineLogHandler(level: .info, timestamps: false, sink: LineSink { lines.add($0) })
        }
        let mailbox = EngineMailbox<Int>()
        let gate = NIOLock()
        gate.lock()
        let thread = EngineThread(
            name: "toy", core: ToyCore(), mailbox: mailbox, perform: { _ in gate.withLock {} })
        mailbox.post(1)
        let watchdog = Watchdog(
            sources: [HeartbeatSource(name: "engine") { mailbox.heartbeat($0) }], notifier: notifier(sent),
            intervalMilliseconds: 40, logger: logger)
        watchdog.start()
        #expect(lines.wait(count: 1))
        #expect(lines.all.first?.hasPrefix("error no answer from engine for") == true)
        #expect(lines.all.first?.contains("event=stuck") == true)
        #expect(sent.all.isEmpty)
        gate.unlock()
        #expect(sent.wait(count: 1))
        #expect(lines.wait { $0.contains { $0.contains("event=recovered") } })
        watchdog.stop()
        thread.stop()
    }

    private func notifier(_ sent: Collector<String>) -> SystemdNotifier {
        SystemdNotifier { text in
            sent.add(text)
            return 1
        }
    }
}
