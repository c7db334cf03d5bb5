#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Mesh_Chat_V1_Receipt {
    /// The ids as plain byte arrays, so that who uses the schema needs no Foundation.
    package var idBytes: [[UInt8]] {
        get { ids.map { [UInt8]($0) } }
        set { ids = newValue.map { Data($0) } }
    }

    /// The proofs likewise.
    package var proofBytes: [[UInt8]] {
        get { proofs.map { [UInt8]($0) } }
        set { proofs = newValue.map { Data($0) } }
    }
}
