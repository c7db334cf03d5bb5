import MeshCrypto
import MeshRing

/// What a data directory knows: nil where there is no such file.
struct StoredNode: Sendable {
    var identity: NodeIdentity?
    var parameters: NetworkParameters?
    var roster: Roster?
    /// Whether there is a queue directory.
    var hasQueues = false
}

extension DataDirectory {
    /// Largest roster file that is read, in bytes: 16,384 members of the largest kind stay below it.
    static let rosterLimit = 16 << 20

    /// Reads what is stored. A damaged file is an error, never a fresh start.
    func load() throws(DataDirectoryError) -> StoredNode {
        let stored = StoredNode(
            identity: try loadIdentity(), parameters: try loadParameters(), roster: try loadRoster(),
            hasQueues: DurableFile.exists(queueDirectory))
        if let network = stored.parameters?.id, let roster = stored.roster?.parameters.id, network != roster {
            throw .twoNetworks(path, network: network, roster: roster)
        }
        return stored
    }

    private func loadParameters() throws(DataDirectoryError) -> NetworkParameters? {
        guard let bytes = try read(networkFile, limit: NetworkFile.bytes) else { return nil }
        do {
            return try NetworkFile.decode(bytes)
        } catch {
            throw .damaged(file: networkFile, reason: error.description, remedy: Self.networkRemedy)
        }
    }

    private func loadRoster() throws(DataDirectoryError) -> Roster? {
        guard let bytes = try read(rosterFile, limit: Self.rosterLimit) else { return nil }
        do {
            return try Roster(decoding: bytes)
        } catch {
            throw .damaged(file: rosterFile, reason: error.description, remedy: Self.rosterRemedy)
        }
    }

    private func read(_ file: String, limit: Int) throws(DataDirectoryError) -> [UInt8]? {
        do { return try DurableFile.read(file, limit: limit) } catch { throw .file(error) }
    }

    /// Keeps the network's parameters.
    func store(_ parameters: NetworkParameters) throws(DataDirectoryError) {
        try write(NetworkFile.encode(parameters), to: networkFile)
    }

    /// Keeps a roster instead of the one before.
    func store(_ roster: Roster) throws(DataDirectoryError) { try write(roster.encoded(), to: rosterFile) }

    private func write(_ bytes: [UInt8], to file: String) throws(DataDirectoryError) {
        do { try DurableFile.write(bytes, to: file) } catch { throw .file(error) }
    }

    private static let networkRemedy =
        "put it back from a backup, or remove it: the roster beside it names the network too"
    private static let rosterRemedy =
        "remove it and start with --join HOST:PORT of any node of the network; identity and messages stay"
}

/// The file with a network's parameters: their 24 bytes, then the 32 bytes of their id, which is their hash and so tells
/// a damaged file from a whole one.
enum NetworkFile {
    static let bytes = NetworkParameters.encodedBytes + Bytes32.byteCount

    static func encode(_ parameters: NetworkParameters) -> [UInt8] {
        parameters.encoded() + parameters.id.bytes.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(NetworkFileError) -> NetworkParameters {
        guard bytes.count == Self.bytes else { throw .length(got: bytes.count, allowed: Self.bytes) }
        let parameters: NetworkParameters
        do {
            parameters = try NetworkParameters(decoding: Array(bytes.prefix(NetworkParameters.encodedBytes)))
        } catch {
            throw .parameters(error)
        }
        guard parameters.id.bytes.bytes == Array(bytes.suffix(Bytes32.byteCount)) else { throw .checksum }
        return parameters
    }
}

/// Why bytes are no network file.
enum NetworkFileError: Error, Equatable, CustomStringConvertible {
    case length(got: Int, allowed: Int)
    case parameters(NetworkParametersError)
    /// The id isn't that of the parameters.
    case checksum

    var description: String {
        switch self {
        case .length(let got, let allowed): "it has \(got) bytes instead of \(allowed)"
        case .parameters(let error): error.description
        case .checksum: "its checksum doesn't fit, so it was cut or changed"
        }
    }
}
