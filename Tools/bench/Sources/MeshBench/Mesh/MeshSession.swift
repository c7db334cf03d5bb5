import Glibc
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore

/// A link to a node: upgrade, Noise, frames.
final class MeshSession: ChatSession {
    private enum Stage {
        case upgrading
        case awaitingNode(NoiseHandshake)
        case open(NoiseTransport)
    }

    let node: MeshNodeAddress?
    private let address: Address
    private let recipients: [UserID]
    private var credential: MeshCredential?
    private var stage = Stage.upgrading
    private var outbox: ByteBuffer?
    private var plaintext = ByteBuffer()
    var messages: MeshMessages
    var flow = MeshFlow()
    /// Why the last message that wasn't taken wasn't.
    var lastRefusal: String?
    /// Hears answers that no shape but its own asks for.
    var onAnswer: ((MeshSession, Frame) -> Void)?
    /// Where what is handed in is noted, with the receipts for it; without one none are asked for.
    var book: CustodyBook?
    /// Hears the pages of a roster that was asked for.
    var onRosterPage: ((RosterPage) -> Void)?
    /// What a first look at the node found; before ``SessionEvents/opened(_:)``.
    private(set) var parameters: NetworkParameters?
    private(set) var proven: (node: NodeID, key: AgreementKey)?

    /// - Parameters:
    ///   - node: who has to answer; nil takes whoever does.
    ///   - recipients: the ids of the people that messages go to, by their numbers.
    init(
        _ worker: Worker, to address: Address, expecting node: MeshNodeAddress?, as credential: MeshCredential,
        person: Int, recipients: [UserID], messages: MeshMessages
    ) throws(SystemCall.Failure) {
        self.node = node
        self.address = address
        self.credential = credential
        self.recipients = recipients
        self.messages = messages
        try super.init(worker, to: address, person: person)
    }

    override func send(_ message: Message, to recipient: Int) {
        let request = flow.newRequest()
        flow.remember(request, sentAt: message.sentAt)
        let submission = messages.submission(message, to: recipients[recipient])
        book?.note(submission)
        let frame = Frame.submit(
            Submit(
                request: request, rosterDigest: flow.rosterDigest, options: book == nil ? [] : .receipts,
                submission: submission))
        guard flow.waiting.isEmpty, frame.meteredBytes <= flow.sendCredit else {
            return flow.waiting.append((frame, message.sentAt))
        }
        sendNow(frame)
    }

    override func follow() { fetch(.follow) }

    override func drain(expected: Int) { fetch(.queued) }

    private func fetch(_ mode: Fetch.Mode) {
        append(.fetch(Fetch(request: flow.newRequest(), rosterDigest: flow.rosterDigest, mode: mode)))
    }

    override func type(to recipient: Int, _ message: Message) {
        let frame = Frame.ephemeral(messages.submission(message, to: recipients[recipient]))
        if frame.meteredBytes <= flow.sendCredit { sendNow(frame) }
    }

    override func connected() {
        var request = Upgrade.request(host: address.description)
        request.withUTF8 { transmit(UnsafeRawBufferPointer($0)) }
    }

    override func received(_ bytes: UnsafeMutableRawBufferPointer) -> Int {
        var start = 0
        if case .upgrading = stage {
            guard let count = Upgrade.headCount(UnsafeRawBufferPointer(bytes)) else { return 0 }
            begin(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            start = count
        }
        while !isEnded, let frame = WebSocketFrame.read(bytes, from: start) {
            start = frame.payload.upperBound
            take(frame, UnsafeMutableRawBufferPointer(rebasing: bytes[frame.payload]))
        }
        endOfRead()
        return isEnded ? bytes.count : start
    }

    override func flush() {
        guard case .open(let transport) = stage, var buffer = outbox.take() else { return }
        let plaintextCount = buffer.readableBytes - WebSocketFrame.longestHeader
        buffer.writeInteger(UInt64(0))
        buffer.writeInteger(UInt64(0))
        buffer.withUnsafeMutableReadableBytes { bytes in
            let message = UnsafeMutableRawBufferPointer(rebasing: bytes[WebSocketFrame.longestHeader...])
            guard (try? transport.encrypt(message, plaintextCount: plaintextCount)) != nil else {
                return end("the link can't encrypt")
            }
            let start = WebSocketFrame.seal(bytes)
            transmit(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    private func take(_ frame: WebSocketFrame.Incoming, _ payload: UnsafeMutableRawBufferPointer) {
        guard frame.opcode == WebSocketFrame.binary else {
            if frame.opcode == WebSocketFrame.ping { answerPing(UnsafeRawBufferPointer(payload)) }
            return
        }
        switch stage {
        case .upgrading: end("a message before the upgrade")
        case .awaitingNode(let noise): meet(noise, UnsafeRawBufferPointer(payload))
        case .open(let transport): open(payload, transport)
        }
    }
}

// The handshake.
extension MeshSession {
    private func begin(_ head: UnsafeRawBufferPointer) {
        guard let parameters = Upgrade.parameters(ofAnswer: head), let credential else {
            return end("no mesh node answers at \(address)")
        }
        self.parameters = parameters
        let prologue = Upgrade.prologue(network: parameters.id)
        let noise = NoiseHandshake(role: .initiator, key: credential.key, prologue: prologue)
        stage = .awaitingNode(noise)
        guard let message = try? noise.write(payload: []) else { return end("no first message") }
        transmit(message: message)
    }

    private func meet(_ noise: NoiseHandshake, _ message: UnsafeRawBufferPointer) {
        guard let payload = try? noise.read(message), let key = noise.remoteStatic, payload.count == 33,
            let credential, let id = Bytes32(payload.dropFirst())
        else { return end("the node's handshake is refused") }
        if let node {
            guard node.key == key, node.node.bytes == id else { return end("another node answers") }
        } else {
            guard let node = try? NodeID(id), node.converts(to: key) else { return end("the node's id is refused") }
            proven = (node, key)
        }
        guard let message = try? noise.write(payload: credential.payload) else { return end("no third message") }
        transmit(message: message)
        stage = .open(noise.makeTransport())
        self.credential = nil  // protected memory, of which there is little
        append(.hello(flow.hello))
    }

    /// A message that isn't encrypted by the link's ciphers, in a frame of its own.
    private func transmit(message: [UInt8], opcode: UInt8 = WebSocketFrame.binary) {
        var frame = [UInt8](repeating: 0, count: WebSocketFrame.longestHeader) + message
        frame.withUnsafeMutableBytes { bytes in
            let start = WebSocketFrame.seal(bytes, opcode: opcode)
            transmit(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    private func answerPing(_ payload: UnsafeRawBufferPointer) { transmit(message: [UInt8](payload), opcode: 10) }
}

// The link.
extension MeshSession {
    /// Plain text of one link message where frames are gathered.
    private static let gatheredBytes = 16 * 1_024

    private func open(_ payload: UnsafeMutableRawBufferPointer, _ transport: NoiseTransport) {
        guard let count = try? transport.decrypt(payload) else { return end("a message isn't authentic") }
        plaintext.clear()
        plaintext.writeBytes(UnsafeRawBufferPointer(rebasing: payload[..<count]))
        var decoder = FrameDecoder(plaintext)
        do throws(FrameError) {
            while !isEnded, let (frame, _) = try decoder.next() { onFrame(frame) }
        } catch { end("\(error)") }
    }

    /// Gathers a frame for the end of the turn.
    func append(_ frame: Frame) {
        if outbox == nil {
            outbox = ByteBufferAllocator().buffer(capacity: 2 * 1_024)
            outbox?.writeInteger(UInt64(0))
        }
        frame.write(into: &outbox!)
        if outbox!.readableBytes > Self.gatheredBytes { flush() }
        markDirty()
    }
}

// What a shape asks for.
extension MeshSession {
    func sendNow(_ frame: Frame) {
        flow.sendCredit -= frame.meteredBytes
        append(frame)
    }
}
