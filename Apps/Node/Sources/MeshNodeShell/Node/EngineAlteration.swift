public import MeshNode

/// What a test puts between a node's engine and the rest of it, to see how others stand a node that lies. No program that
/// ships has one.
@_spi(Testing) public protocol EngineAlteration: Sendable {
    /// What is about to be told to the engine.
    mutating func hear(_ event: EngineEvent)
    /// What is done instead of what the engine wants.
    mutating func change(_ effects: [EngineEffect]) -> [EngineEffect]
}

/// How a test brings it in.
@_spi(Testing) public enum EngineAlterations {
    /// Makes the alteration of nodes that are started in this task.
    @TaskLocal public static var make: (@Sendable () -> any EngineAlteration)?
}
