import MeshCrypto
import MeshRing

/// Records, parameters, stored rosters and addresses.
enum RingTargets {
    static let all = [records, parameters, rosters, addresses]

    static let records = FuzzTarget("node-records") {
        try RingSamples.records().map(\.encoded)
    } check: { input throws(FuzzFinding) in
        guard let record = try? NodeRecord(decoding: input) else { return .refused }
        try FuzzFinding.require(record.encoded == input, "a record doesn't keep its bytes")
        let again = try? NodeRecord(decoding: record.encoded)
        try FuzzFinding.require(again == record, "a record changes when it is decoded again")
        // A changed record must not pass for its node's. Checking costs much, so only one in sixteen is.
        if input.reduce(0, &+).isMultiple(of: 16) {
            let isOriginal = ((try? RingSamples.records()) ?? []).contains { $0.encoded == input }
            let passes = (try? record.check(in: RingSamples.parameters(), network: record.network)) != nil
            try FuzzFinding.require(!passes || isOriginal, "a changed record passes for \(record.node)'s")
        }
        return .accepted
    }

    static let parameters = FuzzTarget("network-parameters") {
        try [RingSamples.parameters().encoded(), NetworkParameters(laboratory: false, nonce: Bytes16()).encoded()]
    } check: { input throws(FuzzFinding) in
        guard let parameters = try? NetworkParameters(decoding: input) else { return .refused }
        try FuzzFinding.require(parameters.encoded() == input, "parameters change when they are encoded again")
        _ = parameters.id
        return .accepted
    }

    /// A stored roster, with a checksum that fits: the file may be another version's or have been edited.
    static let rosters = FuzzTarget("rosters", cost: 4) {
        let roster = try Roster(
            parameters: RingSamples.parameters(),
            reported: RingSamples.records().map { ReportedRecord($0, state: .alive) }, now: 1_790_000_000_000)
        return [Array(roster.encoded().dropLast(Bytes16.byteCount))]
    } check: { input throws(FuzzFinding) in
        let checksum = Hash.blake2b16(context: "mesh roster file 1", input)
        guard let roster = try? Roster(decoding: input + checksum.bytes) else { return .refused }
        let again = try? Roster(decoding: roster.encoded())
        try FuzzFinding.require(again == roster, "a roster changes when it is encoded again")
        _ = (roster.digest, Ring(roster).replicaSet(for: Samples.alice.id))
        return .accepted
    }

    /// Addresses with and without a port, as they stand in a command line.
    static let addresses = FuzzTarget("addresses") {
        ["127.0.0.1:7000", "[::1]:7000", "2001:db8::1", "[2001:db8:0:1::2]:65535", "255.255.255.255", "::ffff:1.2.3.4"]
            .map { Array($0.utf8) }
    } check: { input throws(FuzzFinding) in
        let text = String(decoding: input, as: UTF8.self)
        if let endpoint = try? Endpoint(text: text) {
            let again = try? Endpoint(text: endpoint.description)
            try FuzzFinding.require(again == endpoint, "\(text) becomes \(endpoint)")
            return .accepted
        }
        guard let address = try? PlacementAddress(text: text) else { return .refused }
        let again = try? PlacementAddress(text: address.description)
        try FuzzFinding.require(again == address, "\(text) becomes \(address)")
        _ = address.kind
        return .accepted
    }
}

/// Records of a laboratory network.
enum RingSamples {
    static func parameters() throws(NetworkParametersError) -> NetworkParameters {
        try NetworkParameters(laboratory: true, nonce: Samples.bytes16(8))
    }

    static func records() throws -> [NodeRecord] {
        let parameters = try parameters()
        let texts = ["127.0.0.1:7000", "127.1.0.1:7001", "[::1]:7002"]
        return try texts.enumerated().map { index, text in
            let endpoint = try Endpoint(text: text)
            return try NodeRecord(
                NodeDescription(at: endpoint, in: parameters, software: "mesh-node 0.1.0"), network: parameters.id,
                incarnation: UInt64(index) + 1, standing: index == 2 ? .left : .active,
                signedBy: Samples.node(UInt8(index) + 20))
        }
    }
}
