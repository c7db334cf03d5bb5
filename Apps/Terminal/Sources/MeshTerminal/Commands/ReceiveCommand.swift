import ArgumentParser
import MeshClientCore

/// `mesh receive`.
struct ReceiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive", abstract: "Fetch and print what came, and end; or stay with --follow.",
        discussion: """
            Ends when every reachable node that may hold something has nothing more. One process of an account receives \
            at a time: while another one follows, this one says so and ends.
            """)

    @Flag(help: "Stay, and print what comes, until stopped.")
    var follow = false

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        let deadline = WallClock.nowMilliseconds + timeout.milliseconds
        let purpose: ReceiverLock.Purpose = follow ? .follow : .receive
        let lock = try await Receiving.lock(account.home, purpose, until: deadline)
        let session = context.session(account, isReceiver: true)
        let run = ReceiveRun(
            session: session, printer: FeedPrinter(store: account.store, console: context.console, json: json),
            tell: { context.tell(session) })
        let result = await run.result(follow: follow, until: deadline)
        withExtendedLifetime(lock) {}
        try result.get()
    }
}
