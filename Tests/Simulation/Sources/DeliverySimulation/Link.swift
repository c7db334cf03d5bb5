import MeshWire

/// One end of a link.
enum LinkEnd {
    case host(Int)
    case client(Int)
}

/// What goes over a link, in order.
enum LinkItem {
    case frames([Frame])
    case end
}

/// A link as TCP makes it: in order, without loss; what can't go through waits. Side 0 has dialled.
struct Link {
    let ends: [LinkEnd]
    /// Which life of a host the link belongs to.
    let lives: [Int]
    var isOpen = [false, false]
    /// When the last item arrives at each side: nothing overtakes it.
    var lastArrival: [UInt64] = [0, 0]
    /// What waits to go to each side, because the way is cut.
    var held: [[LinkItem]] = [[], []]
}
