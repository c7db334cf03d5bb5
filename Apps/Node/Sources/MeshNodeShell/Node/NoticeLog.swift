import Logging
import MeshNode
import MeshRing
import MeshTransport
import MeshWire

/// What the engine and its links have to tell the operator, as log events.
struct NoticeLog: Sendable {
    let logger: Logger
    private let violations = LogLimiter()
    /// Called when the node has become part of its network.
    let onJoined: @Sendable () -> Void

    /// Called with how many messages of how many a node that leaves has handed over.
    let onProgress: @Sendable (Int, Int) -> Void

    init(
        logger: Logger, onJoined: @escaping @Sendable () -> Void,
        onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        self.logger = logger
        self.onJoined = onJoined
        self.onProgress = onProgress
    }

    func take(_ notice: EngineNotice) {
        switch notice {
        case .joined(let members):
            logger.notice("part of the network", metadata: ["event": "joined", "members": "\(members)"])
            onJoined()
        case .memberChanged(let node, let state):
            let text = state?.description ?? "forgotten"
            logger.info("a node is \(text)", metadata: ["event": "member", "node": "\(node)", "state": "\(text)"])
        case .violation(let peer, let what):
            violations.log(
                logger, "a peer broke the protocol and lost its link: \(what)",
                ["event": "violation", "peer": "\(peer.text)"])
        case .dismissed(let peer, let reason):
            logger.debug(
                "a link was ended: \(reason)", metadata: ["event": "dismissed", "peer": "\(peer.text)"])
        case .goodbye(let peer, let reason, let detail):
            // One of two links between the same nodes always goes; that is no news.
            logger.log(
                level: reason == .duplicateLink ? .debug : .info, "a peer said goodbye: \(reason)",
                metadata: ["event": "goodbye", "peer": "\(peer.text)", "detail": "\(detail)"])
        case .removalsRefused(let node, let count):
            logger.warning(
                "a node reports removals of messages that were never here, faster than it may: \(count) refused",
                metadata: ["event": "removals_refused", "peer": "\(node)", "count": "\(count)"])
        case .stoppedWithPending(let messages):
            logger.warning(
                "stopped before \(messages) messages were answered; their senders send them again",
                metadata: ["event": "stopped_with_pending", "messages": "\(messages)"])
        case .draining(let handedOver, let total):
            onProgress(handedOver, total)
            logger.info(
                "\(handedOver) of \(total) messages handed over",
                metadata: ["event": "draining", "handed_over": "\(handedOver)", "of": "\(total)"])
        case .notHandedOver(let messages, let total):
            logger.warning(
                "the time was over before \(messages) of \(total) messages were handed over; they stay on disk and are offered at the next start",
                metadata: ["event": "not_handed_over", "messages": "\(messages)", "of": "\(total)"])
        case .left: logger.notice("left the network; a start brings the node back", metadata: ["event": "left"])
        case .stays(let reason): stays(reason)
        }
    }

    private func stays(_ reason: StayReason) {
        let why =
            switch reason {
            case .nobodyThere: "no other node is linked that could take over"
            case .unfinished: "not everything was finished in time"
            case .storeFailed: "the store can't be read, so that nothing could be handed over"
            }
        logger.notice(
            "the node keeps its place and counts as down: \(why)",
            metadata: ["event": "stays", "reason": "\(reason)"])
    }

    func storeFailed(_ reason: String) {
        logger.error("the store failed: \(reason)", metadata: ["event": "store_failed"])
    }

    func dialFailed(_ error: LinkDialError) {
        logger.debug("a dial failed: \(error)", metadata: ["event": "dial_failed"])
    }
}

extension Peer {
    fileprivate var text: String {
        switch self {
        case .node(let node, _): "\(node)"
        case .user: "user"  // which one is nobody's business, the operator's included
        case .guest: "guest"
        }
    }
}
