/// What runs on a simulated network: a state machine that opens links to addresses and sends messages over them.
public protocol SimulatedHost {
    /// What goes over a link.
    associatedtype Message: SimulatedMessage
    /// Where a host can be dialled.
    associatedtype Address: Hashable

    /// Takes what happened; what has to be done goes into the outlet. Says when a tick is due at the latest.
    mutating func handle(_ event: HostEvent<Message>, _ outlet: inout HostOutlet<Message, Address>) -> UInt64?
}

/// What goes over a link, as far as the network has to know.
public protocol SimulatedMessage {
    /// Its size on the link, without the link's own framing.
    var byteCount: Int { get }
}

/// A link, by a number that is never used again.
public struct LinkNumber: Hashable, Sendable {
    @usableFromInline let index: Int32

    @inlinable init(index: Int32) { self.index = index }
}

/// What happens to a host.
public enum HostEvent<Message> {
    /// Comes once, first.
    case start
    /// A link stands; the handshake has proven which host is at its other end. `dial` is the number that the host gave
    /// its dial, nil where the other end dialled.
    case linkOpened(LinkNumber, to: Int, dial: Int?)
    /// A message came.
    case message(Message, from: Int, LinkNumber)
    /// A link that the host didn't close itself has ended.
    case linkClosed(LinkNumber, to: Int)
    /// Nobody answers there.
    case dialFailed(Int)
    /// The deadline has come.
    case tick
}

/// What a host wants done.
public struct HostOutlet<Message, Address> {
    @usableFromInline enum Command {
        case dial(Address, number: Int)
        case send(Message, LinkNumber)
        case close(LinkNumber)
    }

    /// The present time, in milliseconds.
    @inlinable public var now: UInt64 { time }
    @usableFromInline var time: UInt64
    @usableFromInline var commands: [Command] = []

    @inlinable init(now: UInt64) { time = now }

    /// Opens a link; the number comes back in the answer.
    @inlinable public mutating func dial(_ address: Address, number: Int) {
        commands.append(.dial(address, number: number))
    }
    /// Sends a message.
    @inlinable public mutating func send(_ message: Message, over link: LinkNumber) {
        commands.append(.send(message, link))
    }
    /// Closes a link.
    @inlinable public mutating func close(_ link: LinkNumber) { commands.append(.close(link)) }
}
