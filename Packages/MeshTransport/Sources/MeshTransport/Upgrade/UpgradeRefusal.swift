/// The HTTP answer to a request that is refused; readable for a person with a browser.
enum UpgradeRefusal {
    /// The whole answer, with its text and the wish to close.
    static func encoded(_ error: UpgradeRequestError) -> String {
        let text = "\(error)\n"
        return """
            HTTP/1.1 \(status(error))\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(text.utf8.count)\r
            \(extra(error))Connection: close\r
            \r
            \(text)
            """
    }

    private static func status(_ error: UpgradeRequestError) -> String {
        switch error {
        case .head(.tooLong), .head(.tooManyFields): "431 Request Header Fields Too Large"
        case .head, .startLine, .key, .versions, .subprotocol: "400 Bad Request"
        case .method: "405 Method Not Allowed"
        case .path: "404 Not Found"
        case .noUpgrade, .webSocketVersion, .noCommonVersion: "426 Upgrade Required"
        case .busy: "503 Service Unavailable"
        }
    }

    private static func extra(_ error: UpgradeRequestError) -> String {
        switch error {
        case .method: "Allow: GET\r\n"
        case .noUpgrade, .webSocketVersion: "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        case .noCommonVersion(_, let supported):
            "Upgrade: websocket\r\n\(LinkProtocol.versionsHeader): \(LinkProtocol.list(supported))\r\n"
        case .busy: "Retry-After: 10\r\n"
        default: ""
        }
    }
}
