import Glibc

/// A thread that runs one function.
final class WorkerThread: @unchecked Sendable {
    private let handle: pthread_t

    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs `body` on a thread that nobody waits for.
    static func detached(name: String, body: @escaping @Sendable () -> Void) {
        pthread_detach(WorkerThread(name: name, body: body).handle)
    }

    /// Starts it. `name` shows in debuggers and `ps`, at most 15 bytes of it.
    init(name: String, body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                WorkerThread.name(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        precondition(code == 0, "the system gives no thread: error \(code)")
        self.handle = handle
    }

    /// Names the calling thread; the function for it isn't visible to Swift.
    private static func name(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        _ = Glibc.write(descriptor, bytes, bytes.count)
        close(descriptor)
    }

    /// Whether this is the calling thread.
    var isCurrent: Bool { pthread_equal(handle, pthread_self()) != 0 }

    /// Waits until the function has returned; from that thread itself, lets it end alone. Once.
    func join() {
        if isCurrent { pthread_detach(handle) } else { pthread_join(handle, nil) }
    }
}
