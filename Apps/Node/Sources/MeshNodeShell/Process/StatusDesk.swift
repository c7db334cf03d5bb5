import NIOConcurrencyHelpers

/// Whom the admin endpoint asks: the node changes from one that waits to one that serves while the endpoint stays.
final class StatusDesk: Sendable {
    private let current: NIOLockedValueBox<StatusSource>

    init(_ source: @escaping StatusSource) { current = NIOLockedValueBox(source) }

    func replace(by source: @escaping StatusSource) { current.withLockedValue { $0 = source } }

    func ask(_ answer: @escaping @Sendable (NodeStatus) -> Void) { current.withLockedValue { $0 }(answer) }
}
