import ArgumentParser
import MeshCrypto

/// `mesh id`.
struct IDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "id", abstract: "Print your id, for others to write to you.")

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let identity = try Account.identity(of: context.home, passphrases: context.passphrases)
        try context.console.result("\(identity.id)")
    }
}
