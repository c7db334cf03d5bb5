import Glibc
import MeshCrypto

/// Where the passphrase comes from: the file that `MESH_PASSPHRASE_FILE` names, else a person at the terminal.
///
/// Who names a file has said that nobody is to be asked. The passphrase itself never stands in an argument, a variable,
/// a log or an error.
struct PassphraseSource {
    /// The variable that names a file.
    static let variable = "MESH_PASSPHRASE_FILE"
    /// A page: more is no passphrase, but the wrong file.
    static let maximumBytes = 4_096

    /// The file's path, if one is named.
    let file: String?

    init(environment: (String) -> String?) {
        file = environment(Self.variable)
    }

    /// The passphrase of an account that there is.
    func passphrase(for home: Home) throws(TerminalFailure) -> SecretBytes {
        if let file { return try Self.read(file) }
        return try Self.terminal().ask("Passphrase of \(home.path): ")
    }

    /// A passphrase for a new account, asked for twice.
    func newPassphrase(for home: Home) throws(TerminalFailure) -> SecretBytes {
        if let file { return try Self.read(file) }
        let terminal = try Self.terminal()
        let first = try terminal.ask("New passphrase for \(home.path): ")
        guard first.count > 0 else {
            throw TerminalFailure(.data, "the passphrase is empty", hint: "give one, or --no-passphrase")
        }
        guard try terminal.ask("Once more: ") == first else {
            throw TerminalFailure(.data, "the two passphrases differ; nothing was made", hint: "try again")
        }
        return first
    }

    private static func terminal() throws(TerminalFailure) -> SecretPrompt {
        guard let prompt = SecretPrompt() else {
            throw TerminalFailure(
                .noInput, "a passphrase is needed, and there is no terminal to ask on",
                hint: "put it into a file and name that in \(variable)")
        }
        return prompt
    }

    /// The file's content without a line's end.
    private static func read(_ path: String) throws(TerminalFailure) -> SecretBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw TerminalFailure(.noInput, "\(path), which \(variable) names, can't be read: \(reason)")
        }
        defer { close(descriptor) }
        guard var bytes = try Descriptor(descriptor).readAll(limit: maximumBytes, name: path) else {
            throw TerminalFailure(.data, "\(path), which \(variable) names, has more than \(maximumBytes) bytes")
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else { throw TerminalFailure(.data, "\(path), which \(variable) names, is empty") }
        return SecretBytes(taking: &bytes)
    }
}
