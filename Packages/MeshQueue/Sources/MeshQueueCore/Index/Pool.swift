/// What can lie in a `Pool`: a plain value with room for the number of the next free one.
protocol PoolElement: BitwiseCopyable {
    /// Used by the pool while the element is free.
    var nextFree: UInt32 { get set }
}

/// No element of a pool.
package let noIndex = UInt32.max

/// Elements by 32-bit number, in pages that never move: growing copies nothing, and a freed number is used again.
struct Pool<Element: PoolElement>: ~Copyable {
    private static var pageBits: UInt32 { 14 }
    private static var pageSize: Int { 1 << 14 }

    private var pages: ContiguousArray<UnsafeMutablePointer<Element>> = []
    private var firstFree = noIndex
    /// Numbers ever handed out: elements in use lie below.
    private(set) var end: UInt32 = 0

    deinit {
        for page in pages { page.deallocate() }
    }

    /// The place of the element with this number, which must be in use.
    subscript(index: UInt32) -> UnsafeMutablePointer<Element> {
        @inline(__always)
        get { pages[Int(index >> Self.pageBits)] + Int(index & UInt32(Self.pageSize - 1)) }
    }

    /// Puts `element` under a number of its own.
    mutating func add(_ element: Element) -> UInt32 {
        let index: UInt32
        if firstFree != noIndex {
            index = firstFree
            firstFree = self[index].pointee.nextFree
        } else {
            if Int(end) == pages.count * Self.pageSize { pages.append(.allocate(capacity: Self.pageSize)) }
            index = end
            end += 1
        }
        self[index].initialize(to: element)
        return index
    }

    /// Frees a number.
    mutating func remove(_ index: UInt32) {
        self[index].pointee.nextFree = firstFree
        firstFree = index
    }

    /// Frees all numbers and the memory behind them.
    mutating func removeAll() {
        for page in pages { page.deallocate() }
        pages = []
        firstFree = noIndex
        end = 0
    }
}
