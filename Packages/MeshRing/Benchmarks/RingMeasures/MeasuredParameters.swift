import MeshCrypto
public import MeshRing

extension NetworkParameters {
    /// The defaults of a public network, or without caps those of a laboratory.
    public static func measured(caps: Bool = true) -> NetworkParameters {
        do {
            return try NetworkParameters(laboratory: !caps, nonce: Bytes16())
        } catch {
            preconditionFailure("the defaults are within their bounds: \(error)")
        }
    }
}
