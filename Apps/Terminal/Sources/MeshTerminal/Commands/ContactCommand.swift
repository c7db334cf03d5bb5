import ArgumentParser
import MeshChat
import MeshChatStore
import MeshCrypto

/// `mesh contact`.
struct ContactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contact", abstract: "People that you know.",
        subcommands: [
            ContactAddCommand.self, ContactListCommand.self, ContactRenameCommand.self, ContactRemoveCommand.self,
        ])

    @OptionGroup var shared: SharedOptions
}

/// `mesh contact add`.
struct ContactAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Accept somebody: they learn from now on what becomes of their messages.")

    @Argument(help: ArgumentHelp("The person's id.", valueName: "id"))
    var id: String

    @Option(help: "What you call them.")
    var name: String?

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let id = try userID(id)
        let account = try context.account()
        guard id != account.identity.id else {
            throw TerminalFailure(.data, "\(id) is your own id", hint: "ask the other person for theirs")
        }
        try failing { try account.store.addContact(id, name: name, now: WallClock.nowMilliseconds) }
        context.console.hint("compare the safety number with them: \(SafetyNumber(account.identity.id, id))")
    }
}

/// `mesh contact list`.
struct ContactListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List your contacts.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let account = try context.account()
        let contacts = try failing { try account.store.contacts() }
        if json { return try context.console.result(JSONText.array(contacts.map(Self.json)).text) }
        if contacts.isEmpty { context.console.hint("no contacts yet: \u{ab}mesh contact add ID --name NAME\u{bb}") }
        for person in contacts { try context.console.result(Self.line(person)) }
    }

    static func line(_ person: Person) -> String {
        var line = "\(person.id)  \(person.contact?.name ?? "-")"
        let name = person.profile.name
        if !name.isEmpty, name != person.contact?.name { line += "  (calls themselves \(SafeText.line(name)))" }
        if person.unread > 0 { line += "  \(person.unread) unread" }
        return line
    }

    static func json(_ person: Person) -> JSONText {
        .object([
            ("id", .string("\(person.id)")), ("name", .optional(person.contact?.name)),
            ("profileName", .optional(person.profile.name.isEmpty ? nil : person.profile.name)),
            ("colour", .optional(person.profile.colour.map { "\($0)" })), ("unread", .number(person.unread)),
            ("addedAt", .optional(person.contact.map { TimeText.rfc3339($0.addedAtMilliseconds) })),
        ])
    }
}

/// `mesh contact rename`.
struct ContactRenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rename", abstract: "Call a contact by another name.")

    @Argument(help: "The contact's name or id.")
    var contact: String

    @Argument(help: ArgumentHelp("The new name.", valueName: "name"))
    var newName: String

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let account = try context.account()
        let id = try context.person(contact, in: account.store).id
        try failing { try account.store.renameContact(id, to: newName) }
    }
}

/// `mesh contact remove`.
struct ContactRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Make a contact a stranger again, who learns nothing more.")

    @Argument(help: "The contact's name or id.")
    var contact: String

    @Flag(help: "Delete the conversation too.")
    var deleteHistory = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let account = try context.account()
        let id = try context.person(contact, in: account.store).id
        try failing { try account.store.removeContact(id, deletingHistory: deleteHistory) }
    }
}
