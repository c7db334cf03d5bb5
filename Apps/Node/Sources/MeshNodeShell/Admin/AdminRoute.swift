import MeshCrypto
import MeshNode
import NIOHTTP1

/// What a request on the admin endpoint asks for.
enum AdminRoute: Equatable {
    case status
    case stop(StopManner)
    case forget(NodeID)
    case refused(HTTPResponseStatus, String)

    /// - Parameter isTCP: everybody on this machine reaches the port, and so does a web page in a browser there: under
    ///   a name of its own (DNS rebinding), which is why only requests addressed to a loopback literal or `localhost`
    ///   are answered, and with a form that posts to it, which is why the node isn't operated there.
    static func of(_ head: HTTPRequestHead, isTCP: Bool) -> AdminRoute {
        if isTCP, !isLoopback(host: head.headers.first(name: "host") ?? "") {
            return .refused(.misdirectedRequest, "this endpoint is addressed as 127.0.0.1, [::1] or localhost")
        }
        guard !hasBody(head.headers) else { return .refused(.payloadTooLarge, "no request here takes a body") }
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.first ?? ""
        guard path != "/status" else {
            return head.method == .GET ? .status : .refused(.methodNotAllowed, "/status takes GET")
        }
        guard path == "/stop" || path == "/forget" else {
            return .refused(.notFound, "there are /status, /stop and /forget, nothing else")
        }
        guard head.method == .POST else { return .refused(.methodNotAllowed, "\(path) takes POST") }
        guard !isTCP else {
            return .refused(.forbidden, "a node is operated over its Unix socket; start it without --admin for one")
        }
        return operation(path, query: parts.count > 1 ? parts[1] : "")
    }

    private static func operation(_ path: Substring, query: Substring) -> AdminRoute {
        switch (path, query) {
        case ("/stop", ""): return .stop(.leave)
        case ("/stop", "stay"): return .stop(.stay)
        case ("/stop", _): return .refused(.badRequest, "/stop takes nothing, or ?stay")
        default: break
        }
        guard query.hasPrefix("node="), let node = try? NodeID(text: query.dropFirst("node=".count)) else {
            return .refused(.badRequest, "/forget takes ?node=node1…")
        }
        return .forget(node)
    }

    private static func hasBody(_ headers: HTTPHeaders) -> Bool {
        headers.contains(name: "transfer-encoding") || headers["content-length"].contains { $0 != "0" }
    }

    private static func isLoopback(host: String) -> Bool {
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return name == "127.0.0.1" || name == "[::1]" || name.lowercased() == "localhost"
            || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
    }
}
