import Foundation
import Testing

@testable import MeshNodeShell

@Suite struct StopSignalsTests {
    @Test("stop signals, SIGTERM or SIGINT first, orderly; SIGINT after it, immediate; SIGTERM again, nothing")
    func meaning() {
        var core = StopSignalsCore()
        #expect(core.onSignal(SIGTERM) == .orderly)
        #expect(core.onSignal(SIGTERM) == nil)
        #expect(core.onSignal(SIGINT) == .immediate)
        core = StopSignalsCore()
        #expect(core.onSignal(SIGINT) == .orderly)
        #expect(core.onSignal(SIGINT) == .immediate)
    }

    @Test("stop signals, real signals to a process, requests arrive and the process lives")
    func realSignals() async {
        await #expect(processExitsWith: .success) {
            let requests = Collector<StopRequest>()
            let signals = StopSignals { requests.add($0) }
            kill(getpid(), SIGHUP)
            kill(getpid(), SIGPIPE)
            kill(getpid(), SIGTERM)
            #expect(requests.wait(count: 1))
            kill(getpid(), SIGINT)
            #expect(requests.wait(count: 2))
            #expect(requests.all == [.orderly, .immediate])
            withExtendedLifetime(signals) {}
        }
    }
}
