import CBench
import Glibc

/// One thread of the load generator: an epoll loop over the sessions that it owns.
///
/// Raw sockets, because the load generator shares the machine with what it measures: what it spends itself is missing
/// there. A turn reads once from each session that is ready, then writes once to each that has something to say.
final class Worker: @unchecked Sendable {
    // Sendable: touched by one thread at a time; `WorkerPool.run` joins each before it starts the next.
    let index: Int
    /// What all sessions of this worker read into. Room for the longest start of a message, and a whole read behind it.
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 * 1_024, alignment: 64)
    /// What its sessions have read, in bytes.
    var receivedBytes = 0
    private let poll: Int32
    private var sessions: [Int32: Session] = [:]
    private var dirty: [Session] = []
    private let ready = UnsafeMutablePointer<epoll_event>.allocate(capacity: Worker.eventsPerTurn)

    private static let eventsPerTurn = 512
    /// A turn without events ends after so long, so that deadlines and other workers' progress are looked at.
    private static let turnMilliseconds: Int32 = 20

    init(index: Int) throws(SystemCall.Failure) {
        self.index = index
        poll = try SystemCall.check("epoll_create1", epoll_create1(Int32(EPOLL_CLOEXEC)))
    }

    deinit {
        close(poll)
        memory.deallocate()
        ready.deallocate()
    }

    /// Turns until `isDone`, which is asked after each; false when `timeout` seconds passed before.
    func run(timeout: Double, until isDone: () -> Bool) -> Bool {
        let deadline = Clock.now + UInt64(timeout * Double(Clock.second))
        flush()
        while !isDone() {
            if Clock.now > deadline { return false }
            turn()
        }
        return true
    }

    private func turn() {
        let count = epoll_wait(poll, ready, Int32(Self.eventsPerTurn), Self.turnMilliseconds)
        for index in 0..<max(0, Int(count)) {
            let event = ready[index]
            guard let session = sessions[event.data.fd] else { continue }
            if event.events & EPOLLOUT.rawValue != 0 { session.writable() }
            if event.events & ~EPOLLOUT.rawValue != 0 { session.readable() }
        }
        flush()
    }

    private func flush() {
        var next = 0
        while next < dirty.count {
            dirty[next].flushTurn()
            next += 1
        }
        dirty.removeAll(keepingCapacity: true)
    }

    /// A session has something to write at the end of this turn.
    func markDirty(_ session: Session) { dirty.append(session) }
}

// The table.
extension Worker {
    /// How many sessions are open or on their way.
    var sessionCount: Int { sessions.count }

    func add(_ session: Session) {
        sessions[session.descriptor] = session
        control(EPOLL_CTL_ADD, session, wantsWrite: true)
    }

    func remove(_ session: Session) {
        sessions[session.descriptor] = nil
    }

    func setWantsWrite(_ wants: Bool, _ session: Session) { control(EPOLL_CTL_MOD, session, wantsWrite: wants) }

    /// Ends all sessions.
    func closeAll() {
        for session in sessions.values { session.closeQuietly() }
        sessions = [:]
        dirty = []
    }

    private func control(_ operation: Int32, _ session: Session, wantsWrite: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (wantsWrite ? EPOLLOUT.rawValue : 0)
        event.data.fd = session.descriptor
        epoll_ctl(poll, operation, session.descriptor, &event)
    }
}
