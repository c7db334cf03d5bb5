import ArgumentParser
import MeshChat
import MeshClientCore
import Testing

@testable import MeshTerminal

@Suite("Arguments")
struct ArgumentTests {
    private func parse<Command: ParsableCommand>(_ arguments: String...) throws -> Command {
        try #require(try MeshCommand.parseAsRoot(arguments) as? Command)
    }

    private func code(_ arguments: String...) -> Int32 {
        do {
            _ = try MeshCommand.parseAsRoot(arguments)
            return 0
        } catch { return MeshCommand.exitCode(for: error).rawValue }
    }

    @Test("--home is understood in front of a command and behind it")
    func home() throws {
        let before: IDCommand = try parse("--home", "/x", "id")
        let behind: IDCommand = try parse("id", "--home", "/x")
        let nested: AccountCreateCommand = try parse("--home", "/x", "account", "create", "Anna")
        #expect(before.shared.home == "/x")
        #expect(behind.shared.home == "/x")
        #expect(nested.shared.home == "/x")
    }

    @Test("account create takes a name, start addresses of both kinds, and the wish for no passphrase")
    func create() throws {
        let command: AccountCreateCommand = try parse(
            "account", "create", "Anna", "--join", "127.0.0.1:4000", "--join", "node.example:1", "--no-passphrase")
        #expect(command.options.name == "Anna")
        #expect(command.options.join.map(\.location) == ["127.0.0.1:4000", "node.example:1"])
        #expect(command.options.noPassphrase)
    }

    @Test("send takes a contact, a text or a dash, what to wait for, and how long")
    func send() throws {
        let plain: SendCommand = try parse("send", "Ben", "hello")
        #expect(plain.text == "hello")
        #expect(plain.wait == .accepted)
        #expect(plain.timeout.milliseconds == 30_000)
        let all: SendCommand = try parse("send", "Ben", "-", "--wait", "delivered", "--timeout", "2.5", "--json")
        #expect(all.text == "-")
        #expect(all.wait == .delivered)
        #expect(all.timeout.milliseconds == 2_500)
        #expect(all.json)
        let dashes: SendCommand = try parse("send", "Ben", "--", "--text")
        #expect(dashes.text == "--text")
    }

    @Test(
        "every command of the contract is understood",
        arguments: [
            ["id"], ["contact", "add", "mesh1x"], ["contact", "add", "mesh1x", "--name", "Ben"], ["contact", "list"],
            ["contact", "list", "--json"], ["contact", "rename", "Ben", "Benno"], ["contact", "remove", "Ben"],
            ["send", "Ben"], ["receive"], ["receive", "--follow", "--timeout", "3", "--json"], ["nodes", "--json"],
            ["node", "add", "127.0.0.1:1"], ["profile", "set", "--name", "Anna", "--colour", "#00ff00"],
            ["profile", "show"], ["outbox"], ["history", "Ben", "--json"], ["chat"], ["chat", "Ben"],
            ["account", "delete"], ["account", "recovery"], ["account", "restore", "Anna"],
            ["receive", "--log-level", "debug"],
        ])
    func contract(_ arguments: [String]) throws {
        _ = try MeshCommand.parseAsRoot(arguments)
    }

    @Test(
        "mistakes end with 64",
        arguments: [
            ["send"], ["send", "Ben", "a", "b"], ["send", "Ben", "x", "--wait", "read"],
            ["receive", "--timeout", "-1"],
            ["receive", "--timeout", "abc"], ["receive", "--timeout", "100000"], ["node", "add", "127.0.0.1"],
            ["node", "add", "127.0.0.1:0"], ["account", "create", ""], ["account", "create", "a\u{1B}b"],
            ["account", "create", "Anna", "--join", "x"], ["profile", "set"],
            ["profile", "set", "--colour", "ultraviolet"],
            ["history", "Ben", "--limit", "0"], ["chat", "--log-level", "loud"], ["frobnicate"],
        ])
    func mistakes(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try MeshCommand.parseAsRoot(arguments) }
        do { _ = try MeshCommand.parseAsRoot(arguments) } catch {
            #expect(MeshCommand.exitCode(for: error).rawValue == 64)
        }
    }

    @Test("help and version end with 0 everywhere")
    func help() {
        #expect(code("--version") == 0)
        #expect(code("--help") == 0)
        #expect(code("send", "--help") == 0)
        #expect(code("account", "create", "--version") == 0)
        #expect(MeshCommand.configuration.version == "0.1.0")
    }

    @Test("colours are hexadecimal, names, or none")
    func colours() throws {
        #expect(try ColourText.read("#AbCdEf").colour?.rgb == 0xABCDEF)
        #expect(try ColourText.read("Teal").colour?.rgb == 0x008080)
        #expect(try ColourText.read("none").colour == nil)
        #expect(throws: ValidationError.self) { try ColourText.read("#12345") }
    }

    @Test("a text from standard input is whole, less one line end at its end")
    func input() throws {
        #expect(try InputText.text(of: Array("a\n".utf8)) == "a")
        #expect(try InputText.text(of: Array("a\n\n".utf8)) == "a\n")
        #expect(try InputText.text(of: Array("a\r\n".utf8)) == "a")
        #expect(try InputText.text(of: Array(" \u{5E9}\u{1F44B}".utf8)) == " \u{5E9}\u{1F44B}")
    }

    @Test("what is no UTF-8, empty or over the limit is 65; the limit itself passes")
    func badInput() throws {
        for bytes in [[0xFF, 0xFE], [], [0x0A], [UInt8](repeating: 0x61, count: 60_001)] {
            let error = #expect(throws: TerminalFailure.self) { try InputText.text(of: bytes) }
            #expect(error?.status == .data)
        }
        #expect(try InputText.text(of: [UInt8](repeating: 0x61, count: 60_000)).utf8.count == 60_000)
    }
}
