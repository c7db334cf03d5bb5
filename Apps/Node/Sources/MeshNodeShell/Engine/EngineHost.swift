/// What runs an engine until it is stopped.
protocol EngineHost: Sendable {
    /// Has everything posted so far handled and performed, and returns when nothing more is. Blocks: not to be called from
    /// within the engine. May be called by several and again.
    func stop()
}
