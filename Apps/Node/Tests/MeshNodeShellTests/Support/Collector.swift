import Foundation

/// Values from other threads, and waiting for them.
final class Collector<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var values: [Value] = []

    func add(_ value: Value) {
        condition.withLock {
            values.append(value)
            condition.broadcast()
        }
    }

    var all: [Value] { condition.withLock { values } }

    /// Waits until `isEnough` holds; false after 10 s.
    @discardableResult
    func wait(until isEnough: ([Value]) -> Bool) -> Bool {
        let limit = Date(timeIntervalSinceNow: 10)
        return condition.withLock {
            while !isEnough(values) {
                if !condition.wait(until: limit) { return isEnough(values) }
            }
            return true
        }
    }

    @discardableResult
    func wait(count: Int) -> Bool { wait { $0.count >= count } }
}
