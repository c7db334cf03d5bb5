public import MeshCrypto
public import MeshRing

/// What a client is to do, fixed for its life.
public struct ClientConfiguration: Sendable {
    /// What a client is there for.
    public enum Mode: Sendable, Hashable {
        /// Stays connected and receives; a newer receiving client of the same identity ends it.
        case follow
        /// Fetches what is queued at every member of the present and former set and reports; see
        /// ``ClientEffect/fetchedAll(_:)``.
        case once
        /// Only submits, over links with a throwaway key: receives nothing and displaces nobody.
        case submitOnly
    }

    /// Whose messages are received, and whose residence is looked for.
    public var user: UserID
    /// What the client is there for.
    public var mode: Mode
    /// Where to look first, in this order; at most ``ClientLimits/startAddresses``, more are cut off.
    public var startAddresses: [StartAddress]
    /// The network it must be, if that is known apart from the stored state.
    public var network: NetworkParameters?
    /// Name and version of the program, at most 32 bytes of UTF-8, for the hello.
    public var software: String

    /// Takes the parts as they are.
    public init(
        user: UserID, mode: Mode, startAddresses: [StartAddress] = [], network: NetworkParameters? = nil,
        software: String
    ) {
        self.user = user
        self.mode = mode
        self.startAddresses = Array(startAddresses.prefix(ClientLimits.startAddresses))
        self.network = network
        self.software = software
    }
}

/// Why a client can't be made from what it was given.
public enum ClientConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stored state belongs to another network than the one that is expected.
    case stateOfAnotherNetwork(stored: NetworkID, expected: NetworkID)

    /// What doesn't fit together, and what to do.
    public var description: String {
        switch self {
        case .stateOfAnotherNetwork(let stored, let expected):
            "the stored client state belongs to network \(stored), expected is \(expected); use another home for it"
        }
    }
}
