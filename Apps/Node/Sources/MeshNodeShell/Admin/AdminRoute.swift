import NIOHTTP1

/// What a request on the admin endpoint asks for.
enum AdminRoute: Equatable {
    case status
    case refused(HTTPResponseStatus, String)

    /// - Parameter checksHost: on TCP, a web page in a browser on this machine could reach the port under a name of its
    ///   own (DNS rebinding); only requests addressed to a loopback literal or `localhost` are answered there.
    static func of(_ head: HTTPRequestHead, checksHost: Bool) -> AdminRoute {
        if checksHost, !isLoopback(host: head.headers.first(name: "host") ?? "") {
            return .refused(.misdirectedRequest, "this endpoint is addressed as 127.0.0.1, [::1] or localhost")
        }
        let path = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        guard path == "/status" else { return .refused(.notFound, "there is /status, nothing else") }
        guard head.method == .GET else { return .refused(.methodNotAllowed, "/status takes GET") }
        guard !hasBody(head.headers) else { return .refused(.payloadTooLarge, "/status takes no body") }
        return .status
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
