import ArgumentParser

/// What `mesh-bench` can measure.
enum Shape: String, CaseIterable, ExpressibleByArgument {
    /// Handing in for people who aren't there.
    case store
    /// Fetching and acknowledging what was queued.
    case drain
    /// 100 pairs, one message in flight each.
    case relay1
    /// 100 pairs, 64 messages in flight each.
    case relay64
    /// One pair, one message in flight.
    case pair
    /// Silent connections.
    case idle
    /// Logins.
    case login
    /// Handing in at one node for people of another.
    case forward
    /// Handing in at three nodes with three copies.
    case replicated3
    /// Handing in at one node that keeps the only copy.
    case copies1
    /// Handing in at one of three nodes, with three copies: what they cost, by role.
    case copies3
    /// Handing in at one of five nodes, with five copies.
    case copies5
    /// A node that holds many messages leaves a network of five; every copy and receipt is verified.
    case handover
    /// A start with a million messages queued.
    case restart
    /// Nine of ten people there, one away; typing and receipts.
    case day
}
