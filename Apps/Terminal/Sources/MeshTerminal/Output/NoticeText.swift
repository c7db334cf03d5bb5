import MeshRing
import Logging
import MeshClientCore
import MeshCrypto

/// What people are told of the network's affairs.
enum NoticeText {
    /// For programs: what is an event to them; nil for the rest.
    static func event(_ notice: ClientNotice) -> JSONText? {
        switch notice {
        case .splitView(let view):
            .object([("event", .string("split-view"))] + NodeListing.fields(of: view))
        case .splitViewEnded(let node):
            .object([("event", .string("split-view-ended")), ("node", .string("\(node)"))])
        case .withheld(let node, let id, let receipt, let giver):
            .object(
                [("event", .string("withheld"))] + undelivered(node, id, giver)
                    + [("signedAt", .string(TimeText.rfc3339(receipt.commit.timeMilliseconds)))])
        case .missing(let node, let id, let giver):
            .object([("event", .string("missing"))] + undelivered(node, id, giver))
        default: nil
        }
    }

    private static func undelivered(
        _ node: NodeID, _ id: SubmissionID, _ giver: NodeID
    ) -> [(String, JSONText)] {
        [("node", .string("\(node)")), ("submission", .string("\(id)")), ("givenBy", .string("\(giver)"))]
    }

    /// Who holds another view, and what it is about.
    static func splitView(_ view: ClientSplitView) -> String {
        let time = TimeText.local(view.sinceMilliseconds)
        let what = view.users.isEmpty ? "" : " and would look elsewhere for messages of you or of whom you write to"
        return "split view: since \(time) \(view.node) has seen another network than this client\(what); "
            + "a part of the network is cut off, or somebody lies"
    }

    /// How a notice is logged, and its words.
    static func text(_ notice: ClientNotice) -> (level: Logger.Level, text: String) {
        switch notice {
        case .networkFirstSeen(let id, let parameters, let start):
            let kind = parameters.laboratory ? "laboratory network" : "network"
            return (.notice, "first contact with \(kind) \(id) at \(start); this account belongs to it from now on")
        case .nodeTrustedOnFirstUse(let node, let start):
            return (.notice, "\(node) answered first at \(start) and is trusted there; compare its id to be sure")
        case .startNodeChanged(let start, let former, let node, let isUsed):
            let use = isUsed ? "it is known to the network" : "it is not used"
            return (.warning, "another node answers at \(start): \(node) instead of \(former); \(use)")
        case .foreignNetwork(let network, let target):
            return (.warning, "\(target) belongs to another network (\(network)) and is not used")
        case .startFailed(let start, let reason, _): return (.info, "\(start): \(reason)")
        case .connected(let node, let isResidence, let isMember):
            let role = isResidence ? "the residence" : isMember ? "a member of the set" : "for submitting only"
            return (.info, "connected to \(node), \(role)")
        case .disconnected(let node, let reason, _): return (.info, "disconnected from \(node): \(reason)")
        case .caughtUp(let node, let delivered): return (.debug, "\(node) has delivered all it had, \(delivered)")
        case .swept(let report):
            return (.debug, "\(report.reached.count) nodes emptied, \(report.unreached.count) not reached")
        case .residenceChanged(_, let node): return (.info, "the residence is \(node.map { "\($0)" } ?? "nobody") now")
        case .rosterChanged(_, let nodes, let placed): return (.debug, "\(nodes) nodes known, \(placed) of them placed")
        case .splitView(let view): return (.warning, splitView(view))
        case .splitViewEnded(let node): return (.notice, "\(node) sees the same network again")
        case .recordsDropped(let node, let count, let first):
            return (.info, "\(count) records that \(node) passed on don't count: \(first)")
        case .fetchRefused(let node, let status): return (.warning, "\(node) delivers nothing: \(status)")
        case .removalRefused(let node, let id, let status):
            return (.warning, "\(node) did not remove message \(id): \(status)")
        case .unproven(let node, let id, let receipts, let needed):
            return (
                .warning,
                "\(node) says that message \(id) is accepted, but only \(receipts) of \(needed) nodes have signed for it"
            )
        case .withheld(let node, let id, let receipt, let giver):
            let time = TimeText.local(receipt.commit.timeMilliseconds)
            return (
                .warning,
                "\(node) withheld message \(id), which it had signed for at \(time); \(giver) delivered it"
            )
        case .missing(let node, let id, let giver):
            return (.info, "message \(id) was missing at \(node); \(giver) delivered it")
        case .receiptRefused(let node, let bringer, let fault):
            return (.warning, "a receipt of \(node) that \(bringer) brought doesn't count: \(fault)")
        case .deliveryDropped(let node, let id, let fault):
            return (.warning, "message \(id) from \(node) was not taken: \(fault)")
        case .fault(let node, let fault):
            return (.warning, "\(node.map { "\($0)" } ?? "a node") broke the protocol: \(fault)")
        case .replaced(let node): return (.info, "another program of this account has connected to \(node)")
        }
    }
}
