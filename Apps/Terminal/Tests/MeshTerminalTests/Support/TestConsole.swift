import Logging
import MeshCrypto
import Synchronization

@testable import MeshTerminal

/// Keeps what is written.
final class TestConsole: Sendable {
    private struct State {
        var results = ""
        var hints = ""
        var isBroken = false
    }

    private let state = Mutex(State())

    var results: String { state.withLock { $0.results } }
    var lines: [String] { results.split(separator: "\n").map(String.init) }
    var hints: String { state.withLock { $0.hints } }

    /// Lets every further write to standard output fail.
    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    var console: Console {
        Console(
            writeResult: { [self] text throws(TerminalFailure) in
                let isBroken = state.withLock { state in
                    if !state.isBroken { state.results += text }
                    return state.isBroken
                }
                if isBroken { throw TerminalFailure(.inputOutput, "broken") }
            },
            writeHint: { [self] text in state.withLock { $0.hints += text } })
    }
}

/// A person with a home on a network in memory.
struct Person {
    let home: TestHome
    let network: FakeNetwork
    let console = TestConsole()

    init(on network: FakeNetwork, _ home: TestHome? = nil) throws {
        self.network = network
        self.home = try home ?? TestHome()
    }

    var id: UserID { home.id }

    /// What commands work with.
    var context: CommandContext {
        CommandContext(
            home: home.home, console: console.console, passphrases: PassphraseSource { _ in nil },
            logger: Logger(label: "test") { [console] _ in HintLogHandler(level: .notice, console: console.console) }
        ) { [network, home] _, _, _ in network.factory(for: home.id) }
    }

    var session: Session { context.session(home.account, isReceiver: true) }

    func send(
        _ text: String, to other: Person, goal: SendCommand.Goal = .accepted, milliseconds: UInt64 = 5_000
    ) async throws -> SendReport {
        let run = SendRun(context: context, account: home.account, to: other.id, goal: goal)
        return try await run.send(text, until: WallClock.nowMilliseconds + milliseconds)
    }

    func receive(json: Bool = true) async throws {
        let session = session
        let printer = FeedPrinter(store: home.account.store, console: console.console, json: json)
        let context = context
        let run = ReceiveRun(session: session, printer: printer) { context.tell(session) }
        try await run.result(follow: false, until: WallClock.nowMilliseconds + 5_000).get()
    }
}
