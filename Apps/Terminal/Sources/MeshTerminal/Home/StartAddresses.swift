import MeshClientCore

/// The start addresses of an account, on disk as one a line, in the order in which they are tried.
struct StartAddresses: Equatable, Sendable {
    private(set) var list: [StartAddress] = []

    /// As many addresses as there may be, with the longest names.
    private static let maximumBytes = 65_536

    init() {}

    /// Reads those of a home.
    init(of home: Home) throws(TerminalFailure) {
        guard let bytes = try PrivateFile(path: home.starts).read(limit: Self.maximumBytes) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.isEmpty {
            do { list.append(try StartAddress(text: line)) } catch {
                throw TerminalFailure(.data, "\(home.starts) has a line that is no start address: \(error)")
            }
        }
    }

    /// Adds one, behind the others; the same place with another node id replaces what stood there.
    mutating func add(_ address: StartAddress) throws(TerminalFailure) {
        if let index = list.firstIndex(where: { $0.location == address.location }) {
            list[index] = address
            return
        }
        guard list.count < ClientLimits.startAddresses else {
            throw TerminalFailure(
                .configuration, "the account has \(list.count) start addresses, which is as many as it may have")
        }
        list.append(address)
    }

    /// Keeps them.
    func save(in home: Home) throws(TerminalFailure) {
        let text = list.map { "\($0)\n" }.joined()
        try PrivateFile(path: home.starts).replace(with: Array(text.utf8))
    }
}
