/// Where a node can be dialled: an IP literal and a TCP port other than 0.
public struct Endpoint: Hashable, Sendable, BitwiseCopyable {
    /// The address.
    public let address: PlacementAddress
    /// The TCP port, 1…65535.
    public let port: UInt16

    /// Takes an address and a port; nil for port 0, which names nothing that could be dialled.
    public init?(address: PlacementAddress, port: UInt16) {
        guard port != 0 else { return nil }
        self.address = address
        self.port = port
    }

    /// Reads `1.2.3.4:80` or `[2001:db8::1]:80`.
    public init(text: some StringProtocol) throws(AddressTextError) {
        guard let colon = text.lastIndex(of: ":") else { throw .noPort(String(text)) }
        let digits = Array(text[text.index(after: colon)...].utf8.prefix(6))
        let host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
        guard isBracketed || !host.contains(":") else { throw .noBrackets(String(text)) }
        let address = try PlacementAddress(text: isBracketed ? host.dropFirst().dropLast() : host)
        if case .ipv4 = address, isBracketed { throw .notAnAddress(String(text)) }
        guard let port = PlacementAddress.decimal(digits[...], maximum: 65_535), port != 0 else {
            throw .badPort(String(text))
        }
        self.address = address
        self.port = UInt16(port)
    }
}

extension Endpoint: Comparable {
    /// By address, then by port.
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        (left.address, left.port) < (right.address, right.port)
    }
}

extension Endpoint: CustomStringConvertible {
    /// `1.2.3.4:80` or `[2001:db8::1]:80`.
    public var description: String {
        switch address {
        case .ipv4: "\(address):\(port)"
        case .ipv6: "[\(address)]:\(port)"
        }
    }
}
