import Glibc

/// One connection to a server: bytes in and out. What they mean is a subclass's affair.
class Session {
    let descriptor: Int32
    let worker: Worker
    private(set) var isEnded = false
    private var isConnected = false
    private var isDirty = false
    /// What came and isn't a whole message yet.
    private var rest: [UInt8] = []
    /// What the socket hasn't taken yet.
    private var unsent: [UInt8] = []

    /// Starts connecting and adds itself to the worker.
    init(_ worker: Worker, to address: Address, number: Int) throws(SystemCall.Failure) {
        self.worker = worker
        descriptor = try TCP.connect(to: address, number: number)
        worker.add(self)
    }

    /// Takes a connection that was accepted.
    init(_ worker: Worker, accepted descriptor: Int32) {
        self.worker = worker
        self.descriptor = descriptor
        worker.add(self)
    }

    deinit { if !isEnded { close(descriptor) } }

    // For subclasses.

    /// The connection stands.
    func connected() {}

    /// Bytes have come, behind what was left last time.
    /// - Returns: how many of them are dealt with.
    func received(_ bytes: UnsafeMutableRawBufferPointer) -> Int { bytes.count }

    /// The end of a turn: what was gathered is to be given to ``transmit(_:)``.
    func flush() {}

    /// The connection is gone.
    func ended(_ reason: String) {}

    // For the worker.

    final func writable() {
        if !isConnected {
            isConnected = true
            worker.setWantsWrite(false, self)
            connected()
            return
        }
        let pending = unsent
        unsent = []
        worker.setWantsWrite(false, self)
        pending.withUnsafeBytes { transmit($0) }
    }

    final func readable() {
        guard !isEnded else { return }
        let memory = worker.memory
        let kept = rest.count
        if kept > 0 { memory.copyBytes(from: rest) }
        let count = recv(descriptor, memory.baseAddress! + kept, memory.count - kept, 0)
        guard count > 0 else {
            if count < 0, errno == EAGAIN { return }
            return end(count == 0 ? "closed by the server" : String(cString: strerror(errno)))
        }
        worker.receivedBytes += count
        let bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<(kept + count)])
        let consumed = received(bytes)
        if consumed < bytes.count {
            rest = [UInt8](bytes[consumed...])
        } else if kept > 0 {
            rest = []
        }
    }

    final func flushTurn() {
        isDirty = false
        if !isEnded { flush() }
    }

    // For both.

    /// Has ``flush()`` called at the end of the turn.
    final func markDirty() {
        guard !isDirty, !isEnded else { return }
        isDirty = true
        worker.markDirty(self)
    }

    /// Writes now what the socket takes, and the rest when it can.
    final func transmit(_ bytes: UnsafeRawBufferPointer) {
        guard !isEnded else { return }
        guard unsent.isEmpty else { return unsent.append(contentsOf: bytes) }
        var sent = 0
        while sent < bytes.count {
            let count = send(descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
            guard count >= 0 else {
                guard errno == EAGAIN else { return end(String(cString: strerror(errno))) }
                unsent = [UInt8](bytes[sent...])
                return worker.setWantsWrite(true, self)
            }
            sent += count
        }
    }

    /// Closes the connection and says so.
    final func end(_ reason: String) {
        guard !isEnded else { return }
        closeQuietly()
        ended(reason)
    }

    /// Closes the connection because it isn't needed any more.
    final func closeQuietly() {
        guard !isEnded else { return }
        isEnded = true
        worker.remove(self)
        close(descriptor)
    }
}
