import Glibc

/// Threads that run one function.
enum POSIXThread {
    /// Longest name that the kernel keeps, in bytes.
    static let nameLimit = 15

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread; a machine that can't start one can't run a node, so that is a precondition.
    static func start(name: String, _ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, enter, body.toOpaque())
        precondition(failure == 0, "the thread \(name) can't be started: \(String(cString: strerror(failure)))")
        pthread_detach(thread)
    }

    private static let enter: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        setName(body.name)
        body.run()
        return nil
    }

    /// Names the calling thread for ps(1) and debuggers; without /proc it stays nameless. (pthread_setname_np isn't
    /// visible to Swift.)
    private static func setName(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(name.utf8.prefix(nameLimit))
        write(descriptor, bytes, bytes.count)
    }
}
