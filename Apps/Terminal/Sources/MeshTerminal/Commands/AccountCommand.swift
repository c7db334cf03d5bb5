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
            guard let bytes else {
                throw TerminalFailure(.data, "standard input is no recovery string: it is too long")
            }
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
