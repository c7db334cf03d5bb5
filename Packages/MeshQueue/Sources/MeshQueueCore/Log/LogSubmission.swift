/// Operations handed in together, and the time they were handed in at.
package struct LogSubmission: Sendable {
    package let operations: [QueueOperation]
    package let nowSeconds: UInt32

    package init(operations: [QueueOperation], nowSeconds: UInt32) {
        self.operations = operations
        self.nowSeconds = nowSeconds
    }
}
