import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire

// What clients tell their users.
extension World {
    /// Whether a node lies in this run.
    func isLiar(_ host: Int) -> Bool { liars.contains(host) }

    func onNotice(_ notice: ClientNotice, of client: Client) {
        switch notice {
        case .withheld(let node, let id, let receipt, _):
            counts.withheld += 1
            guard receipt.isValid(in: cast.parameters.id) else {
                return fail(.accusation, "\(node) is said to withhold \(id) without a valid receipt")
            }
            accuse(node, "withholding \(id)")
        case .missing(let node, _, _): if let host = cast.number(of: node), isLiar(host) { counts.missing += 1 }
        case .unproven: counts.unproven += 1
        case .fault(_, .unresponsive), .fault(_, .helloTimedOut): break  // a pause, a crash
        case .fault(let node, let fault): accuse(node, "\(fault)")
        default: return
        }
        note("client \(client.number): \(notice)")
    }

    /// A node that keeps to the rules and its disk is never said to have broken them.
    private func accuse(_ node: NodeID?, _ what: String) {
        guard let node, let host = cast.number(of: node), !isLiar(host), !hosts[host].hasLostData else { return }
        fail(.accusation, "node \(host) is accused of \(what)")
    }

    /// Who has signed that it handed a message out to nobody has done so. (While the network is cut, another node than
    /// those of the set that the sender sees may hold a copy.)
    func onRecalled(_ report: RecallReport) {
        counts.recalls += 1
        if report.isRecalled { counts.recalled += 1 }
        guard let message = checker.messages[report.id] else { return }
        for answer in report.answers {
            guard case .recalled = answer.outcome, let host = cast.number(of: answer.node) else { continue }
            guard message.givers.contains(host), !isLiar(host), !hosts[host].hasLostData else { continue }
            fail(.recall, "node \(host) signs that it handed out \(report.id) to nobody, and has sent it")
        }
    }
}
