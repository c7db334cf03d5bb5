import MeshCrypto
import MeshRing
import MeshWire

/// The core client as a value (see the package's README for the algorithm).
public struct ClientCore: Sendable {
    let configuration: ClientConfiguration
    var state: ClientState

    /// A client that hasn't started.
    /// - Parameter seed: for the jitter; the same seed and events give the same effects.
    public init(
        configuration: ClientConfiguration, state: ClientState? = nil, seed: UInt64
    ) throws(ClientConfigurationError) {
        self.configuration = configuration
        self.state = state ?? ClientState()
        if let expected = configuration.network?.id, let stored = self.state.roster?.parameters.id, stored != expected {
            throw .stateOfAnotherNetwork(stored: stored, expected: expected)
        }
    }

    /// Takes one event and appends what follows from it.
    /// - Parameter now: milliseconds since 1970; a clock that goes back is held still.
    public mutating func handle(_ event: ClientEvent, now: UInt64, into effects: inout [ClientEffect]) {}

    /// When the next `tick` is wanted (milliseconds since 1970); nil while only other events matter.
    public var nextDeadline: UInt64? { nil }
}
