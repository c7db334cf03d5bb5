import NIOCore

/// What a connection needs while it becomes a link, and drops when it is one.
final class LinkOpening {
    let handshake: any LinkHandshake
    let origin: LinkOrigin
    /// In the loop's time; set when the connection stands.
    var deadline: UInt64 = .max
    /// Called once, for dialled links.
    private var completion: ((Result<OpenedLink, LinkHandshakeError>) -> Void)?

    init(
        _ handshake: any LinkHandshake, origin: LinkOrigin,
        completion: ((Result<OpenedLink, LinkHandshakeError>) -> Void)? = nil
    ) {
        self.handshake = handshake
        self.origin = origin
        self.completion = completion
    }

    func complete(_ result: Result<OpenedLink, LinkHandshakeError>) {
        completion.take()?(result)
    }
}

/// An accepted connection's place in its listener's count.
struct LinkPlace {
    let admission: LinkAdmission
    private var ticket: LinkAdmission.Ticket

    init(_ admission: LinkAdmission, for address: SocketAddress?) throws(LinkRefusal) {
        self.admission = admission
        ticket = try admission.admit(address)
    }

    mutating func endHandshake() { admission.endHandshake(&ticket) }
    func leave() { admission.release(ticket) }
}
