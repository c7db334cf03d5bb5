import MeshCrypto

/// What names the link protocol inside a WebSocket upgrade and inside the handshake's prologue.
public enum LinkProtocol {
    /// The path of the upgrade request.
    public static let path = "/mesh/1"
    /// The WebSocket subprotocol, asked for and confirmed.
    public static let subprotocol = "mesh.1"
    /// The versions of the core protocol that this software speaks, ascending.
    public static let versions: [UInt8] = [1]

    /// Header of the request: the offered versions, decimal, ascending, separated by commas.
    static let versionsHeader: StaticString = "Mesh-Versions"
    /// Header of the answer: the chosen version.
    static let versionHeader: StaticString = "Mesh-Version"
    /// Header of the answer: the network's parameters as ``NetworkParameters`` encodes them, in hexadecimal.
    static let networkHeader: StaticString = "Mesh-Network"

    /// Versions in one offer. More than a release every few months for years would need.
    static let offeredVersions = 16

    /// The highest version in both lists, nil if there is none.
    static func commonVersion(_ offered: [UInt8], _ supported: [UInt8]) -> UInt8? {
        supported.filter(offered.contains).max()
    }

    /// The prologue of the Noise handshake. Both ends build it from what they saw of the upgrade, so a change on the
    /// way, say an offer of fewer versions, breaks the handshake.
    ///
    /// Layout, each part behind its length in 16 bits: `mesh.link.1`; the network id, 32 bytes; the path; the offered
    /// versions in decimal with commas between; the chosen version in decimal.
    static func prologue(network: NetworkID, offered: [UInt8], chosen: UInt8) -> [UInt8] {
        let parts = [
            Array("mesh.link.1".utf8), network.bytes.bytes, Array(path.utf8), Array(list(offered).utf8),
            Array("\(chosen)".utf8),
        ]
        return parts.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
    }

    /// Versions as they stand in headers and in the prologue.
    static func list(_ versions: [UInt8]) -> String {
        versions.map(String.init).joined(separator: ",")
    }
}
