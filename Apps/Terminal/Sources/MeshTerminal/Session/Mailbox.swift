import Synchronization

/// Events from anywhere, taken out in order by one reader, who can also wait for a time.
final class Mailbox<Event: Sendable>: Sendable {
    private struct State {
        var events: [Event] = []
        var waiter: CheckedContinuation<Void, Never>?
        /// Counts the waits, so that an old wait's alarm doesn't end a new one.
        var waits: UInt64 = 0
        /// The last wait whose time is over: its alarm may ring before it has begun to wait.
        var rung: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Puts an event in, and wakes the reader.
    func post(_ event: Event) {
        let waiter = state.withLock { state in
            state.events.append(event)
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// What has come; waits for something until the time is over.
    func take(within wait: Duration) async -> [Event] {
        let (wasEmpty, number) = state.withLock { state in
            state.waits += 1
            return (state.events.isEmpty, state.waits)
        }
        if wasEmpty, wait > .zero {
            let alarm = Task {
                try? await Task.sleep(for: wait)
                self.wake(number)
            }
            await withCheckedContinuation { continuation in
                let mayGoOn = state.withLock { state in
                    guard state.events.isEmpty, state.rung < number else { return true }
                    state.waiter = continuation
                    return false
                }
                if mayGoOn { continuation.resume() }
            }
            alarm.cancel()
        }
        return state.withLock { state in
            defer { state.events = [] }
            return state.events
        }
    }

    private func wake(_ number: UInt64) {
        let waiter = state.withLock { state in
            state.rung = max(state.rung, number)
            return state.waits == number ? state.waiter.take() : nil
        }
        waiter?.resume()
    }
}
