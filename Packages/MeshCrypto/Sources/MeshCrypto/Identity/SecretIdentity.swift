/// A secret identity, whichever kind: ``UserIdentity`` or ``NodeIdentity``. Nothing else conforms.
public protocol SecretIdentity: AnyObject, Sendable {
    /// The kind of public identity that belongs to it.
    associatedtype ID: KeyIdentifier
    /// The public half.
    var id: ID { get }
    /// Takes the 32-byte seed; another length traps.
    init(seed: SecretBytes)
}

/// Access to the keys, for this package only.
protocol KeyHolder {
    var keys: KeyPair { get }
}
