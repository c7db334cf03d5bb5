import MeshQueueCore

/// Operations handed in together, and the time they were handed in at.
struct Submission: Sendable {
    let operations: [QueueOperation]
    let nowSeconds: UInt32
}

/// What a store is built with.
struct StoreContext: Sendable {
    let options: QueueOptions
    let proofCheck: ProofCheck?
    let report: QueueReportHandler
}
