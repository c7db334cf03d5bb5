/// Who receives for a home.
enum Receiving {
    /// How often a lock that is held for a moment is asked for again.
    private static let poll = Duration.milliseconds(50)

    /// Takes the receiver's lock. A holder that ends by itself is waited for; one that stays until a person ends it is
    /// named at once.
    /// - Parameter deadline: milliseconds since 1970.
    static func lock(
        _ home: Home, _ purpose: ReceiverLock.Purpose, until deadline: UInt64
    ) async throws(TerminalFailure) -> ReceiverLock {
        while true {
            switch try ReceiverLock.take(in: home, purpose: purpose) {
            case .taken(let lock): return lock
            case .held(let holder):
                if holder.purpose?.stays == true || WallClock.nowMilliseconds >= deadline { throw .taken(by: holder) }
            }
            try? await Task.sleep(for: poll)
        }
    }
}

extension TerminalFailure {
    /// Somebody else receives for this home.
    static func taken(by holder: ReceiverLock.Holder) -> TerminalFailure {
        TerminalFailure(
            .tryAgain, "\(holder) receives for this account already, and shows what comes",
            hint: "look there, or end it first")
    }
}
