import MeshCrypto
import NIOCore

/// One connection, from its first byte to its last: the only handler in its channel's pipeline.
///
/// A single handler, in place of the stock chain of HTTP decoder, upgrader, frame decoder and so on, because a link's
/// WebSocket is small (whole binary messages), because unmasking, decrypting and copying out of the receive buffer
/// are then one pass, and because each handler costs memory on each idle link.
///
/// Everything happens on the channel's event loop, so the fields that every message touches go without the run-time check
/// of exclusive access, which would take as long as what they are touched for. What is common to all states stands here, the rest by what comes
/// in: `+Handshake`, `+Receiving`, `+Sending`, `+Closing`.
final class LinkConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// Not connected yet, or lost the race between the addresses of a name.
        case waiting
        /// No room for it; says so when it is connected.
        case refused(LinkRefusal)
        /// On the way to being a link.
        case handshaking(LinkOpening)
        /// A link.
        case open
        /// Everything was written; waits for the other end to close.
        case closing(deadline: UInt64)
        /// Gone.
        case closed
    }

    let loop: LinkLoop
    let writer: WebSocketWriter
    @exclusivity(unchecked) var state: State
    @exclusivity(unchecked) var handle: LinkHandle?
    @exclusivity(unchecked) var context: ChannelHandlerContext?
    /// Accepted connections: their place in the listener's count.
    var place: LinkPlace?

    /// The start of a WebSocket frame, or of an HTTP head, whose rest hasn't come yet.
    @exclusivity(unchecked) var partial: ByteBuffer?
    /// The link's ciphers, once it is open.
    @exclusivity(unchecked) var transport: NoiseTransport?
    @exclusivity(unchecked) var outbox = LinkOutbox()
    @exclusivity(unchecked) var isDirty = false
    /// Whether something waits that isn't urgent.
    @exclusivity(unchecked) var isUnhurried = false
    /// Whether the handler has heard of this link.
    var wasOpened = false
    var outboundLimit: Int
    var pingAfter: UInt64

    /// When the last whole frame came, in the loop's time.
    @exclusivity(unchecked) var lastHeard: UInt64 = 0
    @exclusivity(unchecked) var pingsSent: UInt64 = 0
    /// What the channel said last; to ask it for each message takes longer than to remember.
    @exclusivity(unchecked) var isWritable = true
    /// Since when more waits to be written than the high mark.
    var stalledSince: UInt64?
    var closeReason: LinkCloseReason?

    private init(_ loop: LinkLoop, end: WebSocketEnd, state: State, pingAfter: UInt64) {
        self.loop = loop
        self.state = state
        self.pingAfter = pingAfter
        writer = WebSocketWriter(end: end)
        outboundLimit = loop.limits.nodeOutboundBytes
    }

    /// A connection that is about to be dialled; ``begin(_:)`` starts it when it is connected.
    static func dialling(_ loop: LinkLoop) -> LinkConnection {
        LinkConnection(loop, end: .client, state: .waiting, pingAfter: loop.limits.pingAfterMilliseconds)
    }

    /// A connection that a listener accepted.
    static func accepted(_ loop: LinkLoop, place: LinkPlace, opening: LinkOpening) -> LinkConnection {
        let pingAfter = loop.limits.acceptedPingAfterMilliseconds
        let connection = LinkConnection(loop, end: .server, state: .handshaking(opening), pingAfter: pingAfter)
        connection.place = place
        return connection
    }

    /// A connection that a listener accepted and has no room for.
    static func refused(_ loop: LinkLoop, _ refusal: LinkRefusal) -> LinkConnection {
        LinkConnection(loop, end: .server, state: .refused(refusal), pingAfter: 0)
    }
}

// What the channel says.
extension LinkConnection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        switch state {
        // A dialled one is begun when its connect succeeds, which may be before this call.
        case .handshaking(let opening) where handle == nil: startHandshake(opening)
        case .refused(let refusal): answer(refusal)
        case .waiting, .handshaking, .open, .closing, .closed: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        receive(buffer)
        loop.receiveMemory.put(buffer)
    }

    func read(context: ChannelHandlerContext) {
        if case .open = state, !loop.mayRead(self) { return }
        context.read()
    }

    func resumeReading() {
        context?.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        stalledSince = isWritable ? nil : loop.now
        guard case .open = state, let handle else { return }
        loop.handler?.linkWritabilityChanged(handle, isWritable: isWritable)
        loop.scheduleTurnEnd()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .outputClosed? = event as? ChannelEvent { outputHasEnded() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if closeReason == nil { closeReason = .connectionLost(NetworkErrorText.of(error)) }
        context.close(promise: nil)
    }
}

// Deadlines.
extension LinkConnection {
    /// Looks at whatever is timed; called with each tick.
    func checkDeadlines() {
        switch state {
        case .handshaking(let opening) where loop.now >= opening.deadline:
            failHandshake(.timeout(milliseconds: loop.limits.handshakeTimeoutMilliseconds))
        case .open: checkSilence()
        case .closing(let deadline) where loop.now >= deadline: context?.close(promise: nil)
        default: break
        }
    }

    private func checkSilence() {
        // Who isn't read from can't be heard.
        let idle = loop.isReadingPaused ? 0 : loop.now - lastHeard
        if idle >= loop.limits.silentAfterMilliseconds {
            abort(.silent(milliseconds: idle))
        } else if let stalledSince, loop.now - stalledSince >= loop.limits.stalledAfterMilliseconds {
            abort(.stalled(milliseconds: loop.now - stalledSince))
        } else if idle >= pingAfter * (pingsSent + 1) {
            pingsSent += 1
            send(control: .ping, payload: [])
        }
    }
}
