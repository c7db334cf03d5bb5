import Glibc

/// An IPv4 address and port to connect to.
struct Address: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: UInt16

    /// Reads `ADDR:PORT` with a literal IPv4 address; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1]), port > 0 else { return nil }
        self.init(host: String(parts[0]), port: port)
        guard socketAddress != nil else { return nil }
    }

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    var description: String { "\(host):\(port)" }

    var isLoopback: Bool { host.hasPrefix("127.") }

    /// As the system wants it; nil if the host is no IPv4 literal.
    var socketAddress: sockaddr_in? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return inet_pton(AF_INET, host, &address.sin_addr) == 1 ? address : nil
    }
}

/// Non-blocking TCP sockets.
enum TCP {
    /// Starts connecting. To loopback each socket has a source address by its number, so that tens of thousands of
    /// connections don't use up one address's ports.
    static func connect(to address: Address, number: Int) throws(SystemCall.Failure) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = try SystemCall.check("socket", socket(AF_INET, kind, 0))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if address.isLoopback { bindSource(descriptor, number) }
        guard var target = address.socketAddress else { throw SystemCall.Failure(call: "\(address)", code: EINVAL) }
        let result = withAddress(&target) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else {
            let failure = SystemCall.Failure(call: "connect to \(address)", code: errno)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// `IP_BIND_ADDRESS_NO_PORT`: the port is chosen when connecting, where the whole quadruple is known.
    private static let bindAddressNoPort: Int32 = 24

    private static func bindSource(_ descriptor: Int32, _ number: Int) {
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_IP), bindAddressNoPort, &one, 4)
        var source = sockaddr_in()
        source.sin_family = sa_family_t(AF_INET)
        source.sin_addr.s_addr = UInt32(0x7f00_0002 + UInt32(number % 200)).bigEndian
        _ = withAddress(&source) { bind(descriptor, $0, $1) }
    }

    private static func withAddress(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws(SystemCall.Failure) -> UInt16 {
        let descriptor = try SystemCall.check("socket", socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        try SystemCall.check("bind", withAddress(&address) { bind(descriptor, $0, $1) })
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
