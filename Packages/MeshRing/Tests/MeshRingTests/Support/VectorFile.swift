import Foundation

/// `Vectors/placement.json`: what somebody needs who writes a client in another language. Bytes and positions are
/// hexadecimal.
struct VectorFile: Codable, Equatable {
    struct Parameters: Codable, Equatable {
        var replicas: UInt8
        var pointsPerNode: UInt16
        var slotsPerAddress: UInt8
        var laboratory: Bool
        var nonce: String
        var encoded: String
        var network: String
    }

    struct Record: Codable, Equatable {
        var seed: String
        var network: String
        var node: String
        var incarnation: UInt64
        var standing: String
        var placementAddress: String
        var slot: UInt16
        var protocolVersions: [UInt8]
        var endpoints: [String]
        var software: String
        var encoded: String
    }

    struct BadRecord: Codable, Equatable {
        var reason: String
        var encoded: String
    }

    struct Member: Codable, Equatable {
        var state: String
        var record: String
    }

    struct RosterVector: Codable, Equatable {
        var parameters: String
        var members: [Member]
        var digest: String
    }

    struct UserPosition: Codable, Equatable {
        var user: String
        var position: String
    }

    struct Points: Codable, Equatable {
        var address: String
        var slot: UInt16
        var points: [String]
    }

    struct Node: Codable, Equatable {
        var node: String
        var address: String
        var slot: UInt16
    }

    struct ReplicaVector: Codable, Equatable {
        var user: String
        var nodes: [String]
    }

    struct PlacementVector: Codable, Equatable {
        var about: String
        var parameters: String
        var nodes: [Node]
        /// Those of the nodes that count after the caps; null where all do.
        var placed: [String]?
        var replicas: [ReplicaVector]
    }

    var about: String
    var parameters: [Parameters]
    var records: [Record]
    var badRecords: [BadRecord]
    var rosters: [RosterVector]
    var positions: [UserPosition]
    var points: [Points]
    var placements: [PlacementVector]

    static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors/placement.json")

    static func load() throws -> VectorFile {
        try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: url))
    }

    func save() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: Self.url)
    }
}
