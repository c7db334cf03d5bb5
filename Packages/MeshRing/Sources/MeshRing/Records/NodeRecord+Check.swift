public import MeshCrypto

/// Why a record doesn't count in a network, though its bytes have the right form.
public enum NodeRecordRefusal: Error, Hashable, Sendable {
    /// It was signed for another network.
    case foreignNetwork(NetworkID)
    /// It names an address that this network has no use for.
    case address(PlacementAddress, AddressKind)
    /// It takes a place that an address doesn't have.
    case slot(got: UInt16, allowed: ClosedRange<UInt16>)
    /// No endpoint lies at the placement address, so nobody can prove the place.
    case noProvingEndpoint(PlacementAddress)
    /// The key is no valid one, or the signature isn't its.
    case signature(NodeID)
}

extension NodeRecord {
    /// Everything that can be known of a record without dialling: form of the network, then key and signature.
    public func check(in parameters: NetworkParameters, network: NetworkID) throws(NodeRecordRefusal) {
        try checkForm(in: parameters, network: network)
        guard isSigned else { throw .signature(node) }
    }

    /// Everything in a network's parameters; ``NetworkParameters/id`` is computed here.
    public func check(in parameters: NetworkParameters) throws(NodeRecordRefusal) {
        try check(in: parameters, network: parameters.id)
    }

    /// What costs nothing: network, kinds of addresses, slot, an endpoint to prove the place at.
    func checkForm(in parameters: NetworkParameters, network: NetworkID) throws(NodeRecordRefusal) {
        guard self.network == network else { throw .foreignNetwork(self.network) }
        for address in [placementAddress] + endpoints.map(\.address) where !parameters.admits(address) {
            throw .address(address, address.kind)
        }
        guard parameters.admits(slot: slot) else {
            throw .slot(got: slot, allowed: 0...UInt16(parameters.slotsPerAddress - 1))
        }
        guard standing == .left || endpoints.contains(where: { $0.address == placementAddress }) else {
            throw .noProvingEndpoint(placementAddress)
        }
    }
}

extension NodeRecordRefusal: CustomStringConvertible {
    /// What is wrong with the record.
    public var description: String {
        switch self {
        case .foreignNetwork(let network): "the record belongs to network \(network)"
        case .address(let address, .refused(let reason)): "the record names \(address), which is \(reason.rawValue)"
        case .address(let address, .global): "the record names \(address), which is outside a laboratory"
        case .address(let address, .laboratory): "the record names \(address), which only a laboratory reaches"
        case .slot(let got, let allowed):
            "the record takes slot \(got); an address has \(allowed.lowerBound) to \(allowed.upperBound)"
        case .noProvingEndpoint(let address): "no endpoint of the record lies at its placement address \(address)"
        case .signature(let node): "the record isn't signed by \(node)"
        }
    }
}
