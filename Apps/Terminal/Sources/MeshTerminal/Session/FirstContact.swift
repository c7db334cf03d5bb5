import MeshClientCore

/// Makes an account learn of its network as early as possible, since messages are sealed for one network.
enum FirstContact {
    /// How long a person waits for it without having asked, in milliseconds.
    static let patienceMilliseconds: UInt64 = 5_000

    /// - Returns: whether the network is known now.
    static func meet(_ account: Account, _ context: CommandContext) async throws -> Bool {
        try await failingAsync {
            let session = context.session(account, isReceiver: false)
            try session.start(.submitOnly)
            let deadline = session.now + patienceMilliseconds
            var failed: Set<String> = []
            let starts = try StartAddresses(of: account.home).list
            while session.network == nil || !session.isConnected, session.now < deadline, failed.count < starts.count {
                _ = try await session.turn(until: deadline)
                for case .startFailed(let start, _, _) in session.notices { failed.insert(start.location) }
                context.tell(session)
            }
            await session.stop()
            return session.network != nil
        }
    }
}
