import MeshCrypto
import MeshNode
import NIOConcurrencyHelpers

/// Has a node forgotten; `answer` is called once, from any thread.
typealias ForgetAction = @Sendable (_ node: NodeID, _ answer: @escaping @Sendable (ForgetOutcome) -> Void) -> Void

/// Whom the admin endpoint asks: the node changes from one that waits to one that serves while the endpoint stays.
final class OperatorDesk: Sendable {
    private struct Behind {
        var status: StatusSource
        /// Nil as long as the node has no network.
        var forget: ForgetAction?
    }

    private let current: NIOLockedValueBox<Behind>
    private let happenings: AsyncStream<Happening>.Continuation

    /// - Parameter happenings: where the process hears that the operator wants its end.
    init(_ status: @escaping StatusSource, _ happenings: AsyncStream<Happening>.Continuation) {
        current = NIOLockedValueBox(Behind(status: status))
        self.happenings = happenings
    }

    /// The node has no network yet.
    func wait(status: @escaping StatusSource) {
        current.withLockedValue { $0 = Behind(status: status) }
    }

    /// The node serves.
    func serve(status: @escaping StatusSource, forget: @escaping ForgetAction) {
        current.withLockedValue { $0 = Behind(status: status, forget: forget) }
    }

    func ask(_ answer: @escaping @Sendable (NodeStatus) -> Void) { current.withLockedValue { $0.status }(answer) }

    /// - Returns: false if the node has no roster yet.
    func forget(_ node: NodeID, _ answer: @escaping @Sendable (ForgetOutcome) -> Void) -> Bool {
        guard let forget = current.withLockedValue({ $0.forget }) else { return false }
        forget(node, answer)
        return true
    }

    func stop(_ manner: StopManner) { happenings.yield(.stop(manner)) }
}
