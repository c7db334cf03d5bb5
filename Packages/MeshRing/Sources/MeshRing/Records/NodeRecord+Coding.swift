import MeshCrypto

// version u8 | network 32 | node 32 | incarnation u64 | standing u8 | placement address (family u8 = 4|6, 4|16 bytes)
// | slot u16 | protocol min u8, max u8 | endpoint count u8 | each: family u8, 4|16 bytes, port u16 | software length
// u8, ASCII | signature 64. Integers big-endian. The signature covers everything before it.
extension NodeRecord {
    /// The version of the layout.
    public static let version: UInt8 = 1
    /// Largest encoded record: 80 bytes of fixed fields, 17 of placement, four IPv6 endpoints of 19, 32 of software
    /// and 64 of signature.
    public static let maximumEncodedBytes = 269

    /// Reads a record from exactly these bytes. Any bytes give a record or a named error, and what is read encodes to
    /// the same bytes. Key and signature are not looked at: see ``check(in:)``.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(NodeRecordError) {
        guard bytes.count <= Self.maximumEncodedBytes else {
            throw .tooLong(got: bytes.count, allowed: Self.maximumEncodedBytes)
        }
        var reader = ByteReader(bytes)
        content = try reader.record(bytes: [UInt8](bytes))
    }

    /// Reads a record from exactly these bytes.
    public init(decoding bytes: [UInt8]) throws(NodeRecordError) {
        self = try bytes.withTypedBytes { (raw) throws(NodeRecordError) in try Self(decoding: raw) }
    }

    /// Feeds what a roster's digest covers: node, incarnation, placement address, slot, as they stand in the bytes, which
    /// have the standing before the address.
    func feedPlacement(into hasher: inout BLAKE2b) {
        content.bytes.withUnsafeBytes { bytes in
            let (node, standing) = (33, 73)
            let end = standing + 1 + (bytes[standing + 1] == AddressFamily.ipv4.rawValue ? 5 : 17) + 2
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[node..<standing]))
            hasher.update(UnsafeRawBufferPointer(rebasing: bytes[(standing + 1)..<end]))
        }
    }

    /// The first 8 bytes of the signature: tells apart records of one incarnation, which only a liar signs.
    var fingerprint: UInt64 {
        content.bytes.withUnsafeBytes {
            UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: $0.count - Bytes64.byteCount, as: UInt64.self))
        }
    }

    static func signedPart(
        _ description: NodeDescription, network: NetworkID, node: NodeID, incarnation: UInt64, standing: Standing
    ) -> [UInt8] {
        var writer = ByteWriter(reserving: maximumEncodedBytes)
        writer.integer(version)
        writer.fixed(network.bytes)
        writer.fixed(node.bytes)
        writer.integer(incarnation)
        writer.integer(standing.rawValue)
        writer.description(description)
        return writer.bytes
    }
}

extension ByteWriter {
    fileprivate mutating func description(_ description: NodeDescription) {
        address(description.placementAddress)
        integer(description.slot)
        integer(description.protocolVersions.lowerBound)
        integer(description.protocolVersions.upperBound)
        integer(UInt8(description.endpoints.count))
        for endpoint in description.endpoints {
            address(endpoint.address)
            integer(endpoint.port)
        }
        integer(UInt8(description.software.utf8.count))
        raw(description.software.utf8)
    }
}

extension ByteReader {
    fileprivate mutating func record(bytes: [UInt8]) throws(NodeRecordError) -> NodeRecord.Content {
        let version = try need(integer(UInt8.self))
        guard version == NodeRecord.version else { throw .version(got: version, allowed: NodeRecord.version) }
        let network = NetworkID(try need(fixed()))
        let node = NodeID(trusted: try need(fixed()))
        let incarnation = try need(integer(UInt64.self))
        let standingCode = try need(integer(UInt8.self))
        guard let standing = NodeRecord.Standing(rawValue: standingCode) else { throw .standing(got: standingCode) }
        let description = try nodeDescription()
        _ = try need(slice(Bytes64.byteCount))
        guard remaining == 0 else { throw .trailingBytes(count: remaining) }
        return NodeRecord.Content(
            network: network, node: node, incarnation: incarnation, standing: standing, description: description,
            bytes: bytes)
    }

    private mutating func nodeDescription() throws(NodeRecordError) -> NodeDescription {
        let address = try needAddress()
        let slot = try need(integer(UInt16.self))
        let (low, high) = (try need(integer(UInt8.self)), try need(integer(UInt8.self)))
        guard low <= high else { throw .protocolVersions(minimum: low, maximum: high) }
        let endpoints = try endpoints()
        let software = String(decoding: try need(slice(Int(try need(integer(UInt8.self))))), as: UTF8.self)
        let description = NodeDescription(
            placementAddress: address, slot: slot, protocolVersions: low...high, endpoints: endpoints,
            software: software)
        if let fault = description.fault { throw fault }
        return description
    }

    private mutating func endpoints() throws(NodeRecordError) -> [Endpoint] {
        let count = Int(try need(integer(UInt8.self)))
        guard count <= NodeDescription.maximumEndpoints else {
            throw .tooManyEndpoints(got: count, allowed: NodeDescription.maximumEndpoints)
        }
        var endpoints: [Endpoint] = []
        for _ in 0..<count {
            let address = try needAddress()
            guard let endpoint = Endpoint(address: address, port: try need(integer(UInt16.self))) else {
                throw .portZero(address)
            }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    private func need<Value>(_ value: Value?) throws(NodeRecordError) -> Value {
        guard let value else { throw .endsEarly(at: offset) }
        return value
    }

    private mutating func needAddress() throws(NodeRecordError) -> PlacementAddress {
        let start = offset
        let code = try need(integer(UInt8.self))
        guard AddressFamily(rawValue: code) != nil else { throw .family(got: code) }
        offset = start
        return try need(address())
    }
}
