import ArgumentParser
import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire

/// `mesh recall`.
struct RecallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall", abstract: "Have nodes delete a message that nobody fetched yet.",
        discussion: """
            Every node that keeps the recipient's messages is shown your own secret, and signs whether it had handed the \
            message out. Only if all of them deleted it and had not, this ends with 0. Your history keeps it.
            """)

    @Argument(help: "The message's id, as \u{ab}mesh send\u{bb} printed it.")
    var id: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        let deadline = WallClock.nowMilliseconds + timeout.milliseconds
        let run = RecallRun(context: context, account: account)
        let report = try await failingAsync {
            try await run.recall(OwnMessage.find(id, in: account.store), until: deadline)
        }
        if json {
            try context.console.result(report.json.text)
        } else {
            try context.console.writeResult(report.plain)
        }
        if let failure = report.failure { throw failure }
    }
}

/// What `mesh recall` does around a session.
struct RecallRun {
    let context: CommandContext
    let account: Account

    /// Shows the message's secrets to all nodes of the recipient's set, and keeps what they sign.
    func recall(_ message: OwnMessage, until deadline: UInt64) async throws -> RecallSummary {
        let keys = try account.store.recalls(of: message.id, to: message.entry.peer)
        let waiting = Set(try account.store.outboxItems().map(\.id))
        guard !keys.isEmpty, keys.allSatisfy({ $0.envelopeHash != nil }) else {
            throw TerminalFailure(
                .unavailable, "message \(message.id) can't be recalled: it has expired, or an older version sent it")
        }
        guard waiting.isDisjoint(with: keys.map(\.id)) else {
            throw TerminalFailure(
                .tryAgain, "message \(message.id) waits in the outbox: no node has accepted it yet",
                hint: "try again once it is accepted")
        }
        let session = context.session(account, isReceiver: false)
        try session.start(.submitOnly)
        var reports: [RecallReport] = []
        for key in keys {
            let report = await session.client?.recall(
                DisclosedSecret(key), from: key.recipient,
                timeoutMilliseconds: deadline - min(deadline, WallClock.nowMilliseconds))
            guard let report else { continue }
            try account.store.keepReceipts(report.receipts, of: key.id, replicas: 0)
            reports.append(report)
        }
        await session.stop()
        context.tell(session)
        return RecallSummary(id: message.id, reports: reports)
    }
}

extension DisclosedSecret {
    /// The sender's secret with what else the message's id is made of.
    fileprivate init(_ key: MeshChatStore.Recall) {
        self.init(
            expirySeconds: key.expirySeconds, flags: key.flags, otherHash: key.acknowledgementHash,
            envelopeHash: key.envelopeHash ?? Bytes16(), secret: key.secret)
    }
}

extension RecallReport {
    fileprivate var receipts: [CustodyReceipt] {
        answers.compactMap { answer in
            switch answer.outcome {
            case .recalled(let receipt), .handedOut(let receipt), .opened(let receipt): receipt
            case .notHeld, .unproven, .refused, .unreachable: nil
            }
        }
    }
}
