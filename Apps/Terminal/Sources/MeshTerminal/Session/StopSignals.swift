import Dispatch
import Glibc

/// Turns SIGINT and SIGTERM into events, for as long as it lives; a second one ends the process as usual.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]

    init(mailbox: Mailbox<Session.Event>) {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                mailbox.post(.stop(number))
                signal(number, SIG_DFL)
            }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}
