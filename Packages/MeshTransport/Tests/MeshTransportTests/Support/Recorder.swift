import MeshCrypto
import MeshTransport
import NIOConcurrencyHelpers
import NIOCore

/// A handler that remembers what it is told and lets a test wait for it.
final class Recorder: LinkHandler {
    struct Seen: Sendable {
        var opened: [OpenedLink] = []
        var closed: [LinkHandle: LinkCloseReason] = [:]
        var refused: [LinkHandshakeError] = []
        var frames: [LinkHandle: ByteBuffer] = [:]
        var receivedBytes = 0
        var receivedCalls = 0
        var writability: [Bool] = []
        var turns = 0
    }

    private struct State {
        var seen = Seen()
        var waiting: [(id: Int, isMet: @Sendable (Seen) -> Bool, resume: CheckedContinuation<Seen, Never>)] = []
    }

    private let state = NIOLockedValueBox(State())
    private let onReceive: (@Sendable (LinkHandle, ByteBuffer) -> Void)?
    /// Whether received frames are kept.
    private let keepsFrames: Bool

    init(keepsFrames: Bool = true, onReceive: (@Sendable (LinkHandle, ByteBuffer) -> Void)? = nil) {
        self.keepsFrames = keepsFrames
        self.onReceive = onReceive
    }

    var seen: Seen { state.withLockedValue { $0.seen } }

    /// Waits until what was seen meets the condition.
    @discardableResult
    func wait(until isMet: @escaping @Sendable (Seen) -> Bool) async -> Seen {
        await withCheckedContinuation { continuation in
            let met = state.withLockedValue { state -> Seen? in
                if isMet(state.seen) { return state.seen }
                state.waiting.append((0, isMet, continuation))
                return nil
            }
            if let met { continuation.resume(returning: met) }
        }
    }

    private func note(_ change: (inout Seen) -> Void) {
        let met = state.withLockedValue { state -> ([CheckedContinuation<Seen, Never>], Seen) in
            change(&state.seen)
            let seen = state.seen
            let met = state.waiting.filter { $0.isMet(seen) }.map(\.resume)
            state.waiting.removeAll { $0.isMet(seen) }
            return (met, seen)
        }
        for continuation in met.0 { continuation.resume(returning: met.1) }
    }

    func linkOpened(_ link: OpenedLink) { note { $0.opened.append(link) } }

    func linkReceived(_ handle: LinkHandle, frames: ByteBuffer) {
        onReceive?(handle, frames)
        note {
            $0.receivedBytes += frames.readableBytes
            $0.receivedCalls += 1
            if keepsFrames { $0.frames[handle, default: ByteBuffer()].writeImmutableBuffer(frames) }
        }
    }

    func linkWritabilityChanged(_ handle: LinkHandle, isWritable: Bool) { note { $0.writability.append(isWritable) } }
    func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason) { note { $0.closed[handle] = reason } }
    func linkRefused(from address: SocketAddress?, error: LinkHandshakeError) { note { $0.refused.append(error) } }
    func linkTurnEnded(loop: Int) { note { $0.turns += 1 } }
}
