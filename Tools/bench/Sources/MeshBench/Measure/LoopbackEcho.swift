import Glibc

/// What the system's loopback gives for 1 KiB there and back: the bound of every relay on this machine.
enum LoopbackEcho {
    static func perSecond(connections: Int, bytes: Int, seconds: Double) throws -> Double {
        let listener = try SystemCall.check("socket", socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try SystemCall.check("bind", bind(listener, pointer, length))
                try SystemCall.check("listen", listen(listener, 512))
                getsockname(listener, pointer, &length)
            }
        }
        let target = Address(host: "127.0.0.1", port: UInt16(bigEndian: address.sin_port))
        let pool = try WorkerPool(count: 2)
        defer { pool.closeAll() }
        return try echo(pool, listener, target, connections, bytes, seconds)
    }

    private static func echo(
        _ pool: WorkerPool, _ listener: Int32, _ target: Address, _ connections: Int, _ bytes: Int, _ seconds: Double
    ) throws -> Double {
        var callers: [EchoSession] = []
        for number in 0..<connections {
            callers.append(try EchoSession(pool.workers[0], to: target, number: number, bytes: bytes))
            let accepted = try SystemCall.check("accept", accept(listener, nil, nil))
            _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
            _ = EchoSession(pool.workers[1], accepted: accepted, bytes: bytes)
        }
        let start = Clock.now
        _ = pool.run { $0.run(timeout: seconds) { false } }
        return Double(callers.map(\.echoes).reduce(0, +)) / Clock.seconds(since: start)
    }
}

/// One end of an echo: gives back what comes, in whole messages; the end that connected begins.
private final class EchoSession: Session {
    private let message: [UInt8]
    private let begins: Bool
    private var due = 0
    private(set) var echoes = 0

    init(_ worker: Worker, to address: Address, number: Int, bytes: Int) throws(SystemCall.Failure) {
        message = [UInt8](repeating: 0, count: bytes)
        begins = true
        try super.init(worker, to: address, number: number)
    }

    init(_ worker: Worker, accepted descriptor: Int32, bytes: Int) {
        message = [UInt8](repeating: 0, count: bytes)
        begins = false
        super.init(worker, accepted: descriptor)
    }

    override func connected() { if begins { reply(1) } }

    override func received(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        let count = bytes.count / message.count
        echoes += count
        reply(count)
        return count * message.count
    }

    private func reply(_ count: Int) {
        due += count
        if count > 0 { markDirty() }
    }

    override func flush() {
        for _ in 0..<due { message.withUnsafeBytes { transmit($0) } }
        due = 0
    }
}
