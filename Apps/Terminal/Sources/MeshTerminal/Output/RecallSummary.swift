import MeshClientCore
import MeshCrypto

/// What all nodes said to a recall.
struct RecallSummary {
    let id: InnerID
    let reports: [RecallReport]

    private var answers: [RecallReport.Answer] { reports.flatMap(\.answers) }

    /// Whether every node deleted it and had handed it out to nobody.
    var isRecalled: Bool { !reports.isEmpty && reports.allSatisfy(\.isRecalled) }

    /// One line a node, then the whole.
    var plain: String {
        let lines = answers.map { "\($0.node)  \(Self.words($0.outcome))" }
        let whole = "recalled: all \(answers.count) nodes have deleted it and had given it to nobody"
        return (lines + (isRecalled ? [whole] : [])).map { $0 + "\n" }.joined()
    }

    /// For programs.
    var json: JSONText {
        .object([
            ("id", .string("\(id)")), ("recalled", .bool(isRecalled)),
            (
                "nodes",
                .array(
                    answers.map { answer in
                        .object([
                            ("node", .string("\(answer.node)")), ("outcome", .string(Self.name(answer.outcome))),
                            ("detail", .string(Self.words(answer.outcome))),
                        ])
                    })
            ),
        ])
    }

    /// Why the command doesn't end with 0; nil if it does.
    var failure: TerminalFailure? {
        if isRecalled { return nil }
        if answers.isEmpty { return TerminalFailure(.tryAgain, "no node that may hold the message could be asked") }
        let isGone = answers.contains { answer in
            switch answer.outcome {
            case .handedOut, .opened: true
            default: false
            }
        }
        if isGone { return TerminalFailure(.unavailable, "not recalled: the recipient has it, or may have it") }
        let isLacking = answers.allSatisfy { answer in
            switch answer.outcome {
            case .recalled, .notHeld: true
            default: false
            }
        }
        if isLacking {
            return TerminalFailure(
                .unavailable,
                "not proven to be recalled: some nodes did not have it, and can't say what became of it")
        }
        return TerminalFailure(
            .tryAgain, "not recalled everywhere: some nodes did not answer, and may still give it out",
            hint: "try again when they are back")
    }

    private static func name(_ outcome: RecallOutcome) -> String {
        switch outcome {
        case .recalled: "recalled"
        case .handedOut: "handedOut"
        case .opened: "opened"
        case .notHeld: "notHeld"
        case .unproven: "unproven"
        case .refused: "refused"
        case .unreachable: "unreachable"
        }
    }

    private static func words(_ outcome: RecallOutcome) -> String {
        switch outcome {
        case .recalled: "deleted, and handed out to nobody (signed)"
        case .handedOut: "deleted, but it may have been handed out before (signed)"
        case .opened: "the recipient has opened it (signed)"
        case .notHeld: "did not have it"
        case .unproven(let status): "says \(status), and signed nothing that counts"
        case .refused(let status): "refused: \(status)"
        case .unreachable(let reason): "not asked: \(reason)"
        }
    }
}
