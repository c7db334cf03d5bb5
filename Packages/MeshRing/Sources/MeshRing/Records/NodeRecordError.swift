/// Why bytes are no node record, or why no record can be made of a description.
public enum NodeRecordError: Error, Hashable, Sendable {
    /// More bytes than any record has.
    case tooLong(got: Int, allowed: Int)
    /// The bytes end inside a field.
    case endsEarly(at: Int)
    /// Bytes follow the signature.
    case trailingBytes(count: Int)
    /// A layout this software doesn't know.
    case version(got: UInt8, allowed: UInt8)
    /// Neither active nor left.
    case standing(got: UInt8)
    /// Neither IPv4 nor IPv6.
    case family(got: UInt8)
    /// A port that nothing can listen on.
    case portZero(PlacementAddress)
    /// The lowest protocol version is above the highest.
    case protocolVersions(minimum: UInt8, maximum: UInt8)
    /// More endpoints than a record may name.
    case tooManyEndpoints(got: Int, allowed: Int)
    /// The same endpoint twice.
    case repeatedEndpoint(Endpoint)
    /// The software's name is too long.
    case softwareTooLong(got: Int, allowed: Int)
    /// The software's name holds something that could disturb a terminal.
    case softwareNotVisible
}

extension NodeRecordError: CustomStringConvertible {
    /// What is wrong with the record.
    public var description: String {
        switch self {
        case .tooLong(let got, let allowed): "a node record of \(got) bytes; at most \(allowed) are allowed"
        case .endsEarly(let offset): "a node record ends inside the field at byte \(offset)"
        case .trailingBytes(let count): "\(count) bytes follow a node record's signature"
        case .version(let got, let allowed): "a node record of version \(got); this software knows \(allowed)"
        case .standing(let got): "a node record with the unknown standing \(got)"
        case .family(let got): "a node record with the unknown address family \(got)"
        case .portZero(let address): "a node record names port 0 at \(address)"
        case .protocolVersions(let minimum, let maximum):
            "a node record with protocol versions from \(minimum) down to \(maximum)"
        case .tooManyEndpoints(let got, let allowed): "a node record with \(got) endpoints; \(allowed) are allowed"
        case .repeatedEndpoint(let endpoint): "a node record names \(endpoint) twice"
        case .softwareTooLong(let got, let allowed):
            "a node record whose software's name has \(got) bytes; \(allowed) are allowed"
        case .softwareNotVisible: "a node record whose software's name isn't visible ASCII"
        }
    }
}
