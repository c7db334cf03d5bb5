/// What a node says of itself, apart from who it is and how often it has said it: the part of its record that its
/// operator sets.
public struct NodeDescription: Hashable, Sendable {
    /// The address that its place on the circle is made of, and that others dial to believe in it.
    public var placementAddress: PlacementAddress
    /// Which of the places of that address it takes.
    public var slot: UInt16
    /// The versions of the core protocol it speaks.
    public var protocolVersions: ClosedRange<UInt8>
    /// Where it can be dialled, 1…4; at least one of them at the placement address.
    public var endpoints: [Endpoint]
    /// Name and version of the software, at most 32 visible ASCII characters.
    public var software: String

    /// More would let one record name many machines as targets of dials; an IPv4 and an IPv6 address, each with a
    /// second port, is what an operator needs.
    public static let maximumEndpoints = 4
    /// Room for `mesh-node/1.22.333-beta.4`, and small enough to be harmless in a roster of thousands.
    public static let maximumSoftwareBytes = 32

    /// Takes the parts as they are; they are checked when a record is made of them.
    public init(
        placementAddress: PlacementAddress, slot: UInt16, protocolVersions: ClosedRange<UInt8> = 1...1,
        endpoints: [Endpoint], software: String
    ) {
        self.placementAddress = placementAddress
        self.slot = slot
        self.protocolVersions = protocolVersions
        self.endpoints = endpoints
        self.software = software
    }

    /// A node that is reached at one endpoint and placed by it, in the network's default slot.
    public init(at endpoint: Endpoint, in parameters: NetworkParameters, software: String) {
        self.init(
            placementAddress: endpoint.address, slot: parameters.defaultSlot(port: endpoint.port),
            endpoints: [endpoint], software: software)
    }
}

extension NodeDescription {
    /// Nil if the parts have a form that a record can have.
    var fault: NodeRecordError? {
        if endpoints.count > Self.maximumEndpoints {
            return .tooManyEndpoints(got: endpoints.count, allowed: Self.maximumEndpoints)
        }
        for (index, endpoint) in endpoints.enumerated() where endpoints[..<index].contains(endpoint) {
            return .repeatedEndpoint(endpoint)
        }
        if software.utf8.count > Self.maximumSoftwareBytes {
            return .softwareTooLong(got: software.utf8.count, allowed: Self.maximumSoftwareBytes)
        }
        return software.utf8.allSatisfy { (0x20...0x7e).contains($0) } ? nil : .softwareNotVisible
    }
}
