import MeshClientCore
import ArgumentParser
import MeshChat
import MeshChatStore

/// `mesh profile`.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "How others see you.",
        subcommands: [ProfileSetCommand.self, ProfileShowCommand.self])

    @OptionGroup var shared: SharedOptions
}

/// `mesh profile show`.
struct ProfileShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print your name and colour.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let account = try context.account()
        let profile = try failing { try account.store.profile() }
        let colour = profile.colour.map { "\($0)" }
        let fields = JSONText.object([("name", .string(profile.name)), ("colour", .optional(colour))])
        let plain = [profile.name.isEmpty ? "-" : profile.name, colour].compactMap { $0 }.joined(separator: "  ")
        try context.console.result(json ? fields.text : plain)
    }
}

/// `mesh profile set`.
struct ProfileSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change your name or colour, and tell your contacts.")

    @Option(help: "How you want to be called; empty for nothing.")
    var name: String?

    @Option(help: "Your colour: #rrggbb, a name like teal, or none.", transform: ColourText.read)
    var colour: ColourText?

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard name != nil || colour != nil else { throw ValidationError("give --name, --colour, or both") }
        do { if let name { _ = try Profile(name: name) } } catch { throw ValidationError("\(error)") }
    }

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        try failing {
            let old = try account.store.profile()
            let profile = try Profile(name: name ?? old.name, colour: colour.map(\.colour) ?? old.colour)
            try account.store.setProfile(profile)
        }
        try await failingAsync { try await Self.tellContacts(account, context) }
    }

    /// How long nodes are waited for, in milliseconds.
    static let patienceMilliseconds: UInt64 = 10_000

    private static func tellContacts(_ account: Account, _ context: CommandContext) async throws {
        let due = try account.store.contacts().filter { !$0.hasOwnProfile }
        guard !due.isEmpty else { return }
        let session = context.session(account, isReceiver: false)
        do { try session.start(.submitOnly) } catch TerminalFailure.noNodeKnown {
            return context.console.hint("your contacts are told once a node is known")
        }
        let deadline = session.now + patienceMilliseconds
        while session.network == nil, session.now < deadline { _ = try await session.turn(until: deadline) }
        if session.network != nil {
            for person in due { _ = try account.store.sendProfile(to: person.id, now: session.now, seal: session.seal) }
            session.pump.isStale = true
        }
        while !(session.isConnected && !session.hasWork), session.now < deadline {
            _ = try await session.turn(until: deadline)
        }
        context.tell(session)
        await session.stop()
        if try session.network == nil || !account.store.outboxItems().isEmpty {
            context.console.hint("not every contact could be told yet; the next command that connects goes on")
        }
    }
}

/// A colour, or none.
struct ColourText: Equatable {
    let colour: Colour?

    /// The sixteen names of HTML 4 (W3C Recommendation, 6.5).
    static let names: [String: UInt32] = [
        "black": 0x000000, "silver": 0xC0C0C0, "gray": 0x808080, "white": 0xFFFFFF, "maroon": 0x800000,
        "red": 0xFF0000, "purple": 0x800080, "fuchsia": 0xFF00FF, "green": 0x008000, "lime": 0x00FF00,
        "olive": 0x808000, "yellow": 0xFFFF00, "navy": 0x000080, "blue": 0x0000FF, "teal": 0x008080, "aqua": 0x00FFFF,
    ]

    static func read(_ text: String) throws -> ColourText {
        let text = text.lowercased()
        if text == "none" { return ColourText(colour: nil) }
        if let rgb = names[text] { return ColourText(colour: try Colour(rgb: rgb)) }
        guard let colour = Colour(text: text) else {
            let known = names.keys.sorted().joined(separator: ", ")
            throw ValidationError("\(text) is no colour; write #rrggbb, none, or one of \(known)")
        }
        return ColourText(colour: colour)
    }
}
