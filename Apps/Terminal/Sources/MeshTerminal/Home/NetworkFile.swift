import MeshClientCore

/// What the core client wants kept from one process to the next.
///
/// Whoever receives for this home is the one to write it. A process that only sends writes where nobody receives at the
/// time, so that it never undoes what the receiver has learned about former members.
struct NetworkFile: Sendable {
    let home: Home

    /// What was kept; nil for a home that has not met its network.
    func load() throws(TerminalFailure) -> ClientState? {
        guard let bytes = try PrivateFile(path: home.network).read(limit: ClientState.maximumBytes) else { return nil }
        do { return try ClientState(decoding: bytes) } catch {
            throw TerminalFailure(.data, "\(home.network): \(error)")
        }
    }

    /// Keeps a state.
    /// - Parameter isReceiver: whether this process holds the receiver's lock.
    func save(_ state: ClientState, isReceiver: Bool) throws(TerminalFailure) {
        if isReceiver { return try write(state) }
        let guardian = try ReceiverLock.take(in: home, purpose: .saving)
        guard case .held = guardian else {
            try write(state)
            withExtendedLifetime(guardian) {}
            return
        }
        // The first who meets the network says so to everybody.
        if try load() == nil { try write(state) }
    }

    private func write(_ state: ClientState) throws(TerminalFailure) {
        try PrivateFile(path: home.network).replace(with: state.encoded())
    }
}
