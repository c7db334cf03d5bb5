import ArgumentParser
import Glibc
import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto

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
            context.console.hint(
                "no node answered at \(join.map(\.location).joined(separator: ", ")) yet; later commands try again")
        }
    }
}

/// What an option's text means, with the reason where it means nothing.
enum OptionText {
    static func start(_ text: String) throws -> StartAddress {
        do { return try StartAddress(text: text) } catch { throw ValidationError("\(error)") }
    }
}
