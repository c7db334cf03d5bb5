import MeshCrypto
import MeshRing
import MeshWire

/// The links to one node: for a moment there may be one in each direction.
struct NodeLinks: Sendable {
    var dialled: LinkID?
    var accepted: LinkID?
    /// Whether the link that this node dialled is the one that stays: that of the lower id does (DESIGN §6).
    let dialledStays: Bool

    /// The link to use: the one that will stay, if it is there.
    var standing: LinkID? { dialledStays ? dialled ?? accepted : accepted ?? dialled }

    var isEmpty: Bool { dialled == nil && accepted == nil }

    subscript(dialledByUs: Bool) -> LinkID? {
        get { dialledByUs ? dialled : accepted }
        set { if dialledByUs { dialled = newValue } else { accepted = newValue } }
    }
}

extension Engine {
    mutating func onNodeLinkOpened(_ link: LinkID, _ node: NodeID, _ dialled: Endpoint?) {
        var both = nodeLinks[node] ?? NodeLinks(dialledStays: configuration.node < node)
        let older = both[dialled != nil]
        both[dialled != nil] = link
        nodeLinks[node] = both
        // Not in the table any more, so membership doesn't hear of its end: the newer one has taken its place.
        if let older { dismiss(older, .init(.duplicateLink)) }
        tell(.linkUp(node, dialled: dialled))
    }

    mutating func onNodeLinkClosed(_ link: LinkID, _ node: NodeID, dialledByUs: Bool) {
        if nodeLinks[node]?[dialledByUs] == link {
            nodeLinks[node]?[dialledByUs] = nil
            if nodeLinks[node]?.isEmpty == true { nodeLinks[node] = nil }
            tell(.linkDown(node, dialledByUs: dialledByUs))
        }
        // Who waited for an answer over this link asks another member, or this one over the link that has taken its
        // place; in the order of the requests, so that one sender's messages stay in order and a run can be repeated.
        let again = nodeLinks[node] == nil ? nil : node
        let lost = forwards.keys { $0.link == link }.sorted()
        for request in lost { forwardElsewhere(request, refusal: nil, again: again) }
        onReplicaLinkClosed(link, node)
        onSyncLinkDown(node)
    }

    /// Ends all links to a node.
    mutating func dropLinks(to node: NodeID, _ end: (inout Engine, LinkID) -> Void) {
        for link in [nodeLinks[node]?.dialled, nodeLinks[node]?.accepted] {
            if let link { end(&self, link) }
        }
    }
}
