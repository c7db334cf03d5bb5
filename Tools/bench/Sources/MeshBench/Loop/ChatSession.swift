/// What the shapes ask of a session, whatever protocol it speaks.
class ChatSession: Session {
    /// Hears what happens; set before the session is opened.
    weak var events: (any SessionEvents)?
    /// Which of the shape's people it belongs to.
    let person: Int

    init(_ worker: Worker, to address: Address, person: Int) throws(SystemCall.Failure) {
        self.person = person
        try super.init(worker, to: address, number: person)
    }

    /// Hands in a message; ``SessionEvents/answered(_:sentAt:isAccepted:)`` follows when the server has it.
    func send(_ message: Message, to recipient: Int) {}

    /// Receives whatever arrives from now on, and acknowledges it.
    func follow() {}

    /// Receives and acknowledges what is queued; ``SessionEvents/drained(_:)`` follows when the server has forgotten it.
    /// - Parameter expected: how many messages, for servers that don't say when the queue is empty.
    func drain(expected: Int) {}

    /// Tells that somebody is typing: goes to who is online, is stored nowhere.
    func type(to recipient: Int, _ message: Message) {}

    override func ended(_ reason: String) { events?.ended(self, reason) }
}

/// What a shape wants to find in a message when it arrives.
struct Message: BitwiseCopyable {
    /// When it was handed in; ``Clock/now``.
    var sentAt: UInt64
    /// Who wrote it.
    var sender: UInt32
    /// What it is for the shape.
    var kind: Kind

    /// The kinds of the mixed day.
    enum Kind: UInt32 {
        case text = 0
        case receipt = 1
        case typing = 2
    }
}

/// What a shape hears of its sessions, on their worker's thread.
protocol SessionEvents: AnyObject {
    /// The login is done.
    func opened(_ session: ChatSession)
    /// The server has answered a message.
    func answered(_ session: ChatSession, sentAt: UInt64, isAccepted: Bool)
    /// A message has come; it is acknowledged already.
    func delivered(_ session: ChatSession, _ message: Message)
    /// The queue is empty and the server has answered all acknowledgements.
    func drained(_ session: ChatSession)
    /// The connection is gone, which no shape expects.
    func ended(_ session: ChatSession, _ reason: String)
}
