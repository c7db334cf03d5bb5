import ArgumentParser

/// `mesh chat`.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk: what you write goes out, what comes is shown.",
        discussion: """
            /help lists the commands inside. Where standard input is no terminal, each of its lines is sent, and the \
            end of the last one's way is waited for.
            """)

    @Argument(help: "A contact's name, or an id.")
    var contact: String?

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        if let contact { _ = try context.person(contact, in: account.store) }
        let lock = try await Receiving.lock(account.home, .chat, until: WallClock.nowMilliseconds + 2_000)
        let session = context.session(account, isReceiver: true)
        let signals = StopSignals(mailbox: session.mailbox)
        let screen = try ChatScreen(console: context.console)
        let result: Result<Void, any Error>
        do {
            try await failingAsync { try await ChatRun(session, context, screen).run(with: contact) }
            result = .success(())
        } catch { result = .failure(error) }
        await session.stop()
        screen.leave()
        withExtendedLifetime((lock, signals)) {}
        try result.get()
    }
}
