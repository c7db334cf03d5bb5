import Glibc
import NIOCore

/// Why a node didn't do what it was asked.
enum AdminClientError: Error, Equatable {
    /// No connection; 0 where the system gave no errno.
    case notReached(AdminAddress, errno: Int32)
    /// Connected, and no answer came.
    case timedOut(AdminAddress)
    /// The node refused with this HTTP status and reason.
    case refused(AdminAddress, Int, String)
    /// What answers there is no node, or one of another age.
    case notUnderstood(AdminAddress)

    /// The exit status and what to tell the user.
    var failure: NodeFailure {
        switch self {
        case .notReached(let address, EACCES), .notReached(let address, EPERM):
            NodeFailure(.notPermitted, "no permission to ask the node at \(address)", hint: Self.permissionHint)
        case .notReached(let address, let code):
            NodeFailure(.unavailable, "no node answers at \(address)\(Self.reason(code))", hint: Self.absenceHint)
        case .timedOut(let address):
            NodeFailure(.tryAgain, "the node at \(address) doesn't answer", hint: Self.silenceHint)
        case .refused(let address, 503, let reason):
            NodeFailure(.tryAgain, "the node at \(address) can't answer: \(reason)", hint: Self.silenceHint)
        case .refused(_, 403, let reason): NodeFailure(.notPermitted, reason)
        case .refused(_, 404, let reason): NodeFailure(.data, reason)
        case .refused(_, 409, let reason): NodeFailure(.tryAgain, reason)
        case .refused(let address, let code, let reason):
            NodeFailure(.protocolFault, "the node at \(address) refused the request: HTTP \(code) \(reason)")
        case .notUnderstood(let address):
            NodeFailure(
                .protocolFault, "what answers at \(address) is no mesh-node, or one of another version",
                hint: "compare «mesh-node --version» with that of the running node")
        }
    }

    private static func reason(_ code: Int32) -> String { code == 0 ? "" : ": \(text(ofErrno: code))" }

    private static let absenceHint =
        "is it running, and is this its --data-dir or --admin? «systemctl status mesh-node» tells about the service"
    private static let permissionHint = "ask as the user that runs it, or as root"
    private static let silenceHint = "try again; if it stays so, its log names what is stuck"
}
