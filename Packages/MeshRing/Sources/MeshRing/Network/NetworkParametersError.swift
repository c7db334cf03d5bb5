/// Why a network's parameters can't be used.
public enum NetworkParametersError: Error, Hashable, Sendable {
    /// The encoded form has another length.
    case length(got: Int, allowed: Int)
    /// A layout this software doesn't know.
    case version(got: UInt8, allowed: UInt8)
    /// A hash function this software doesn't know.
    case hash(got: UInt8, allowed: UInt8)
    /// Flags that this version leaves at zero.
    case flags(got: UInt16)
    /// R is out of bounds.
    case replicas(got: UInt8, allowed: ClosedRange<UInt8>)
    /// V is out of bounds.
    case pointsPerNode(got: UInt16, allowed: ClosedRange<UInt16>)
    /// The number of slots is out of bounds.
    case slotsPerAddress(got: UInt8, allowed: ClosedRange<UInt8>)
}

extension NetworkParametersError: CustomStringConvertible {
    /// What is wrong with the parameters, and what would do.
    public var description: String {
        switch self {
        case .length(let got, let allowed): "network parameters have \(got) bytes instead of \(allowed)"
        case .version(let got, let allowed):
            "network parameters of version \(got); this software knows \(allowed), a newer one may know more"
        case .hash(let got, let allowed):
            "the network uses hash function \(got); this software knows \(allowed), a newer one may know more"
        case .flags(let got): "network parameters with unknown flags \(got); a newer version may know them"
        case .replicas(let got, let allowed):
            "\(got) replicas; a network has \(allowed.lowerBound) to \(allowed.upperBound)"
        case .pointsPerNode(let got, let allowed):
            "\(got) points per node; a network has \(allowed.lowerBound) to \(allowed.upperBound)"
        case .slotsPerAddress(let got, let allowed):
            "\(got) slots per address; a network has \(allowed.lowerBound) to \(allowed.upperBound)"
        }
    }
}
