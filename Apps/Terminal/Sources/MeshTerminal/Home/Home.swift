import Glibc
import MeshChatStore

/// The directory of one account, and what lies in it.
struct Home: Equatable, Sendable {
    /// The directory.
    let path: String

    /// Identity and storage key.
    var vault: String { "\(path)/vault" }
    /// Contacts, history and outbox.
    var database: String { "\(path)/chat.db" }
    /// What the core client wants kept: network, roster, former members.
    var network: String { "\(path)/network" }
    /// Start addresses, one a line.
    var starts: String { "\(path)/starts" }
    /// Held by whoever receives for this account.
    var receiverLock: String { "\(path)/receiver.lock" }

    /// Everything that an account may consist of.
    var files: [String] { [vault] + ChatStore.files(at: database) + [network, starts, receiverLock] }

    /// The home that is meant: the option's, else that of the XDG directories.
    /// - Parameters:
    ///   - option: the value of `--home`.
    ///   - environment: looks up a variable of the environment.
    static func resolve(_ option: String?, environment: (String) -> String?) throws(TerminalFailure) -> Home {
        if let option {
            guard !option.isEmpty else { throw TerminalFailure(.usage, "--home is empty; name a directory") }
            return Home(path: withoutTrailingSlashes(option))
        }
        // The specification says to ignore what isn't absolute.
        if let data = environment("XDG_DATA_HOME"), data.hasPrefix("/") {
            return Home(path: "\(withoutTrailingSlashes(data))/mesh")
        }
        guard let user = environment("HOME"), user.hasPrefix("/") else {
            throw TerminalFailure(
                .configuration, "neither XDG_DATA_HOME nor HOME names a directory", hint: "give --home DIR")
        }
        return Home(path: "\(withoutTrailingSlashes(user))/.local/share/mesh")
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }

    /// Makes the directory, and those above it, for its owner alone. One that is there stays as it is.
    func create() throws(TerminalFailure) {
        var parents = [path]
        while let slash = parents[0].lastIndex(of: "/"), slash != parents[0].startIndex {
            parents.insert(String(parents[0][..<slash]), at: 0)
        }
        for directory in parents where mkdir(directory, 0o700) != 0 {
            let code = errno
            var status = stat()
            guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                errno = code == EEXIST ? ENOTDIR : code
                throw TerminalFailure(call: "making the directory", path: directory)
            }
        }
    }
}
