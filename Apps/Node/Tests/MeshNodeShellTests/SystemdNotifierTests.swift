import Foundation
import Testing

@testable import MeshNodeShell

@Suite struct SystemdNotifierTests {
    @Test("notifier, NOTIFY_SOCKET set, states arrive as datagrams")
    func statesArrive() async {
        // A process of its own, because the environment belongs to the whole process.
        await #expect(processExitsWith: .success) {
            let directory = TemporaryDirectory()
            let socket = DatagramSocket(path: directory.file("notify"))
            setenv("NOTIFY_SOCKET", directory.file("notify"), 1)
            let notifier = SystemdNotifier()
            #expect(notifier.ready(status: "serving\nevil=1") == .delivered)
            #expect(socket.receive() == ["READY=1", "STATUS=serving evil=1"])
            notifier.status("3 nodes")
            #expect(socket.receive() == ["STATUS=3 nodes"])
            notifier.alive()
            #expect(socket.receive() == ["WATCHDOG=1"])
            notifier.stopping(status: "ending")
            #expect(socket.receive() == ["STOPPING=1", "STATUS=ending"])
        }
    }

    @Test("notifier, nobody listens at NOTIFY_SOCKET, failure named and survived")
    func nobodyListens() async {
        await #expect(processExitsWith: .success) {
            setenv("NOTIFY_SOCKET", "/tmp/mesh-no-such-socket", 1)
            #expect(SystemdNotifier().alive() == .failed(errno: ENOENT))
        }
    }

    @Test("notifier, no NOTIFY_SOCKET, does nothing")
    func unsupervised() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            #expect(SystemdNotifier().ready(status: "") == .notSupervised)
            #expect(SystemdNotifier.watchdogIntervalMilliseconds == nil)
        }
    }

    @Test("watchdog interval, WATCHDOG_USEC set, in milliseconds; for another process, none")
    func interval() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "20000000", 1)
            #expect(SystemdNotifier.watchdogIntervalMilliseconds == 20_000)
            setenv("WATCHDOG_PID", "1", 1)
            #expect(SystemdNotifier.watchdogIntervalMilliseconds == nil)
        }
    }

    @Test("status text, too long, cut at a whole character")
    func longStatus() {
        let text = SystemdNotifier.line(String(repeating: "é", count: 400))
        #expect(text.utf8.count == SystemdNotifier.statusLimit)
        #expect(text.allSatisfy { $0 == "é" })
    }
}
