import MeshCrypto
import MeshTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing

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
        var lastID = 0
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

    /// Far longer than anything takes: a test fails instead of hanging.
    static let patience = TimeAmount.seconds(60)

    /// Waits until what was seen meets the condition.
    @discardableResult
    func wait(
        until isMet: @escaping @Sendable (Seen) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async -> Seen {
        let id = state.withLockedValue { state in
            state.lastID += 1
            return state.lastID
        }
        let end = Meeting.group.next().scheduleTask(in: Self.patience) { self.giveUp(id) }
        defer { end.cancel() }
        let seen = await withCheckedContinuation { continuation in
            let met = state.withLockedValue { state -> Seen? in
                if isMet(state.seen) { return state.seen }
                state.waiting.append((id, isMet, continuation))
                return nil
            }
            if let met { continuation.resume(returning: met) }
        }
        if !isMet(seen) { Issue.record("waited in vain; seen: \(seen)", sourceLocation: sourceLocation) }
        return seen
    }

    private func giveUp(_ id: Int) {
        let vain = state.withLockedValue { state -> (CheckedContinuation<Seen, Never>, Seen)? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            return (state.waiting.remove(at: index).resume, state.seen)
        }
        if let (continuation, seen) = vain { continuation.resume(returning: seen) }
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
