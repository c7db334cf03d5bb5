import MeshClientCore

// Names of the link layer in those of the client core, which knows no sockets.

extension LinkTarget {
    init(_ target: DialTarget) {
        self =
            switch target {
            case .endpoint(let endpoint): .endpoint(endpoint)
            case .name(let host, let port): .host(host, port: port)
            }
    }
}

extension DialFailure {
    init(_ error: LinkDialError) {
        self =
            switch error {
            case .unreachable(_, let detail): .unreachable(detail)
            case .handshake(_, .wrongNode(_, let got)): .wrongNode(got: got)
            case .handshake(_, .wrongNetwork(_, let got)): .foreignNetwork(got)
            case .handshake(_, let error): .handshake("\(error)")
            }
    }
}

extension LinkLoss {
    init(_ reason: LinkCloseReason) {
        self = if case .closedByPeer = reason { .closedByPeer } else { .failed("\(reason)") }
    }
}
