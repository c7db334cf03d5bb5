/// Why a text is no address or endpoint.
public enum AddressTextError: Error, Hashable, Sendable {
    /// Neither dotted decimal nor IPv6.
    case notAnAddress(String)
    /// An IPv6 zone (`%eth0`) means something on one machine only.
    case hasZone(String)
    /// An endpoint needs `:port`.
    case noPort(String)
    /// The port isn't a number from 1 to 65535.
    case badPort(String)
    /// IPv6 with a port needs brackets around the address.
    case noBrackets(String)
}

extension AddressTextError: CustomStringConvertible {
    /// What is wrong with the text, and the form it should have.
    public var description: String {
        switch self {
        case .notAnAddress(let text): "'\(text)' is no IP address; write it like 192.0.2.1 or 2001:db8::1"
        case .hasZone(let text): "'\(text)' has a zone (%…), which means nothing on another machine; leave it out"
        case .noPort(let text): "'\(text)' has no port; write it like 192.0.2.1:4000 or [2001:db8::1]:4000"
        case .badPort(let text): "'\(text)' has a port that isn't a number from 1 to 65535"
        case .noBrackets(let text): "'\(text)' needs brackets around the IPv6 address, like [2001:db8::1]:4000"
        }
    }
}
