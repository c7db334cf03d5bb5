public import NIOCore

/// What a ``LinkHub`` tells its owner.
///
/// Every call comes on the event loop of the link it is about, so calls about different links may come at the same
/// time from different loops. Nothing here may block. For each link: ``linkOpened(_:)`` once, then
/// ``linkReceived(_:frames:)`` and ``linkWritabilityChanged(_:isWritable:)`` any number of times, then
/// ``linkClosed(_:reason:)`` once.
///
/// An owner with a thread of its own gathers what it is told of one loop and hands it over in
/// ``linkTurnEnded(loop:)``: one batch, one wake-up, however many links had something to say.
public protocol LinkHandler: AnyObject, Sendable {
    /// A link is open: both keys are proven.
    func linkOpened(_ link: OpenedLink)

    /// Frames have come: whole frames, at least one, in order, with their four-byte headers; their types and payloads
    /// are not looked at yet. The buffer is the handler's own; slices of it keep nothing alive but these frames.
    func linkReceived(_ handle: LinkHandle, frames: ByteBuffer)

    /// More than the high mark of bytes waits to be written, or fewer than the low mark again
    /// (``LinkHub/writableMarks``). Who goes on writing runs into the outbound limit.
    func linkWritabilityChanged(_ handle: LinkHandle, isWritable: Bool)

    /// The link is gone with its connection. Nothing comes from it any more.
    func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason)

    /// An accepted connection ended before it was a link. For counting and for logs.
    func linkRefused(from address: SocketAddress?, error: LinkHandshakeError)

    /// The loop has read all that was ready, and any of the calls above came since the last time.
    func linkTurnEnded(loop: Int)
}

extension LinkHandler {
    /// Does nothing.
    public func linkWritabilityChanged(_ handle: LinkHandle, isWritable: Bool) {}
    /// Does nothing.
    public func linkRefused(from address: SocketAddress?, error: LinkHandshakeError) {}
    /// Does nothing.
    public func linkTurnEnded(loop: Int) {}
}
