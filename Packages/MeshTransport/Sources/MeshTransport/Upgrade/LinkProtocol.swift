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
    /// Layout: `mesh.link.1` | network id 32 | length of the path 1 | path | count of offered versions 1 | each 1 |
    /// chosen version 1.
    static func prologue(network: NetworkID, offered: [UInt8], chosen: UInt8) -> [UInt8] {
        var bytes = Array("mesh.link.1".utf8)
        bytes += network.bytes.bytes
        bytes.append(UInt8(path.utf8.count))
        bytes += path.utf8
        bytes.append(UInt8(offered.count))
        bytes += offered
        bytes.append(chosen)
        return bytes
    }
}
