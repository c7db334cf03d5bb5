import Logging
import MeshClientCore
import MeshCrypto
import MeshRing
import MeshTransport
import NIOCore

/// Finds the network that a new node is to join: dials the targets as a guest until one answers.
///
/// The first answer decides which network it is. With a node id in the target that is proven; without it is trust on
/// first use, and the log says so.
final class Joiner: Sendable {
    /// What an answer tells.
    struct Found: Sendable {
        let parameters: NetworkParameters
        let node: NodeID
        /// Where it answered; nil if the address can't be told.
        let endpoint: Endpoint?
        let target: JoinTarget
    }

    private let hub: LinkHub
    private let known: NetworkID?
    private let logger: Logger

    /// - Parameter known: the network it must be, if that was stored before.
    init(known: NetworkID?, group: any EventLoopGroup, logger: Logger) {
        hub = LinkHub(group: group, handler: Deaf())
        self.known = known
        self.logger = logger
    }

    /// Tries all targets side by side, each with a backoff of its own, until one answers or the task is cancelled.
    func find(_ targets: [JoinTarget]) async -> Found? {
        let found = await withTaskGroup(of: Found?.self) { group in
            for target in targets { group.addTask { await self.find(target) } }
            var first: Found?
            while first == nil, let next = await group.next() { first = next }
            group.cancelAll()
            await hub.shutDown()  // ends dials under way, which can't be cancelled otherwise
            return first
        }
        return found
    }

    private func find(_ target: JoinTarget) async -> Found? {
        await Retrying.dial(target, by: hub, as: .guest(expecting: target.node), network: known, logger)
            .map { link in
                hub.close(link.handle)
                return found(link, target)
            } ?? nil
    }

    private func found(_ link: OpenedLink, _ target: JoinTarget) -> Found? {
        guard case .node(let node) = link.peer else { return nil }
        let endpoint = target.linkTarget.endpoint(reachedAt: link.remoteAddress)
        return Found(parameters: link.parameters, node: node, endpoint: endpoint, target: target)
    }

    /// Nobody is listening to these links.
    private final class Deaf: LinkHandler {
        func linkOpened(_ link: OpenedLink) {}
        func linkReceived(_ handle: LinkHandle, frames: ByteBuffer) {}
        func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason) {}
    }
}

/// Dials that go on until one succeeds.
enum Retrying {
    /// Nil when the task was cancelled.
    static func dial(
        _ target: JoinTarget, by hub: LinkHub, as credential: LinkCredential, network: NetworkID?, _ logger: Logger
    ) async -> OpenedLink? {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            do throws(LinkDialError) {
                return try await hub.dial(target.linkTarget, as: credential, network: network)
            } catch {
                if Task.isCancelled { return nil }
                let wait = backoff.next(using: &generator)
                // The first failure is news; that it goes on is not.
                logger.log(
                    level: backoff.attempts == 1 ? .notice : .debug, "no answer yet, tried again: \(error)",
                    metadata: ["event": "join_retry", "target": "\(target)", "attempts": "\(backoff.attempts)"])
                try? await Task.sleep(for: .milliseconds(wait))
            }
        }
        return nil
    }
}

extension MeshClientCore.StartAddress {
    /// What a hub dials for it.
    var linkTarget: LinkTarget {
        switch target {
        case .endpoint(let endpoint): .endpoint(endpoint)
        case .name(let host, let port): .host(host, port: port)
        }
    }
}
