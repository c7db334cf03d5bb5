import MeshChatStore
import ArgumentParser
import Glibc
import MeshChat
import MeshClientCore
import MeshCrypto

/// `mesh account`.
struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Make, save, restore or delete the account.",
        subcommands: [
            AccountCreateCommand.self, AccountRecoveryCommand.self, AccountRestoreCommand.self,
            AccountDeleteCommand.self,
        ])

    @OptionGroup var shared: SharedOptions
}

/// What a new account is made of, besides its identity.
struct NewAccountOptions: ParsableArguments {
    @Argument(help: "How you want to be called.")
    var name: String

    @Option(
        help: ArgumentHelp("A node to find the network through. May be given again.", valueName: "[node1…@]host:port"),
        transform: OptionText.start)
    var join: [StartAddress] = []

    @Flag(help: "Protect the account by nothing: who can read its files is you.")
    var noPassphrase = false

    func validate() throws { _ = try profile() }

    private func profile() throws -> Profile {
        guard !name.isEmpty else { throw ValidationError("the name is empty; write at least one character") }
        do { return try Profile(name: name) } catch { throw ValidationError("\(error)") }
    }

    /// Makes the account and meets the network, if it can be reached.
    func make(_ identity: () throws -> UserIdentity, _ context: CommandContext) async throws {
        let home = context.home
        if access(home.vault, F_OK) == 0 { throw TerminalFailure.accountExists(home) }
        let identity = try identity()
        let passphrase = noPassphrase ? nil : try context.passphrases.newPassphrase(for: home)
        try home.create()
        let account = try Account.create(identity, in: home, passphrase: passphrase)
        var starts = StartAddresses()
        for address in join { try starts.add(address) }
        try starts.save(in: home)
        let profile = try profile()
        try failing { try account.store.setProfile(profile) }
        try context.console.result("\(identity.id)")
        if noPassphrase {
            context.console.hint(
                "this account has no passphrase: whoever can read \(home.path) can read and write as you")
        }
        context.console.hint("keep the recovery string somewhere safe: \u{ab}mesh account recovery\u{bb}")
        try await meet(account, context)
    }

    private func meet(_ account: Account, _ context: CommandContext) async throws {
        guard !join.isEmpty else {
            context.console.hint("no node is known yet: add one with \u{ab}mesh node add HOST:PORT\u{bb}")
            return
        }
        if try await !FirstContact.meet(account, context) {
            context.console.hint("no node answered at \(join.map(\.location).joined(separator: ", ")) yet; later commands try again")
        }
    }
}

/// Makes an account learn of its network as early as possible, since messages are sealed for one network.
enum FirstContact {
    /// How long a person waits for it without having asked, in milliseconds.
    static let patienceMilliseconds: UInt64 = 5_000

    /// - Returns: whether the network is known now.
    static func meet(_ account: Account, _ context: CommandContext) async throws -> Bool {
        try await failingAsync {
            let session = context.session(account, isReceiver: false)
            try session.start(.submitOnly)
            let deadline = session.now + patienceMilliseconds
            var failed: Set<String> = []
            let starts = try StartAddresses(of: account.home).list
            while session.network == nil || !session.isConnected, session.now < deadline, failed.count < starts.count {
                _ = try await session.turn(until: deadline)
                for case .startFailed(let start, _, _) in session.notices { failed.insert(start.location) }
                context.tell(session)
            }
            await session.stop()
            return session.network != nil
        }
    }
}

/// ``failing(_:)`` for what waits.
@discardableResult
func failingAsync<Value>(_ body: () async throws -> Value) async throws(TerminalFailure) -> Value {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    return try failing { try result.get() }
}

/// What an option's text means, with the reason where it means nothing.
enum OptionText {
    static func start(_ text: String) throws -> StartAddress {
        do { return try StartAddress(text: text) } catch { throw ValidationError("\(error)") }
    }
}

/// `mesh account create`.
struct AccountCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a new account, and print its id.",
        discussion: """
            The passphrase is asked for on the terminal, or read from the file that MESH_PASSPHRASE_FILE names.
            """)

    @OptionGroup var options: NewAccountOptions
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        try await options.make({ UserIdentity.generate() }, shared.context())
    }
}

/// `mesh account recovery`.
struct AccountRecoveryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery", abstract: "Show the recovery string: whoever has it is you.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let identity = try Account.identity(of: context.home, passphrases: context.passphrases)
        context.console.hint("whoever has this string can read and write as you; write it down, and show it to nobody")
        try context.console.result(RecoveryString.text(of: identity))
    }
}

/// `mesh account restore`.
struct AccountRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make the account of a recovery string, which is read from standard input.",
        discussion: "Contacts and history are not in the string: they begin anew.")

    @OptionGroup var options: NewAccountOptions
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        try await options.make(Self.identity, shared.context())
    }

    /// Asked for without an echo on a terminal, else the whole of standard input.
    private static func identity() throws -> UserIdentity {
        let text: String
        if isatty(STDIN_FILENO) == 1, let prompt = SecretPrompt() {
            text = try prompt.ask("Recovery string: ").withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        } else {
            let bytes = try Descriptor(STDIN_FILENO).readAll(limit: 4_096, name: "standard input")
            guard let bytes else { throw TerminalFailure(.data, "standard input is no recovery string: it is too long") }
            text = String(decoding: bytes, as: UTF8.self)
        }
        do { return try RecoveryString.identity(from: text) } catch { throw TerminalFailure(.data, "\(error)") }
    }
}

/// `mesh account delete`.
struct AccountDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete the account and everything it keeps here.",
        discussion: "On a terminal it asks first. What nodes hold for the account stays there until it expires.")

    @Flag(help: "Don't ask.")
    var yes = false

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let home = context.home
        guard access(home.vault, F_OK) == 0 else { throw TerminalFailure.noAccount(home) }
        guard yes || confirmed(home, context.console) else {
            throw TerminalFailure(.noInput, "nothing was deleted")
        }
        let lock = try await Receiving.lock(home, .delete, until: WallClock.nowMilliseconds + 1_000)
        defer { withExtendedLifetime(lock) {} }
        try delete(home)
        context.console.hint("the account in \(home.path) is deleted")
    }

    private func confirmed(_ home: Home, _ console: Console) -> Bool {
        guard isatty(STDIN_FILENO) == 1 else { return true }
        console.writeHint(
            "Delete identity, contacts and history in \(home.path)? Without its recovery string nobody can bring the "
                + "identity back. Type yes: ")
        return readLine() == "yes"
    }

    /// The vault first: without its key the rest can't be read by anybody.
    private func delete(_ home: Home) throws(TerminalFailure) {
        for file in home.files where unlink(file) != 0 && errno != ENOENT {
            throw TerminalFailure(call: "deleting", path: file)
        }
        // Something of somebody else's in it keeps the directory.
        rmdir(home.path)
    }
}
