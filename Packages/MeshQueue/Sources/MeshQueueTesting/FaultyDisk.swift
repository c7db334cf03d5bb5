public import MeshQueueCore

/// A disk in memory that fails as disks do, by a seed: the same calls with the same seed give the same faults.
///
/// What is written stands in a cache, which readers see, until it is synchronized; `crash()` then keeps any part of the
/// rest, sector by sector. Names behave like a journal: a crash keeps those up to some moment. After a failed
/// synchronization the cache is as it was, but what was in it will not reach the disk any more, whatever later calls say.
public final class FaultyDisk: Disk {
    /// What goes wrong, and how often; each a chance from 0 to 1 per call.
    public struct Faults: Sendable {
        /// A read fails.
        public var readError = 0.0
        /// A write fails, after some of it was written.
        public var writeError = 0.0
        /// Writes to these files fail, as to a place that is worn out.
        public var wornOut: Set<String> = []
        /// A synchronization fails, of a file or of the names.
        public var synchronizeError = 0.0
        /// Making, opening, removing or renaming a file fails.
        public var nameError = 0.0
        /// Most bytes of all files; nil: as many as memory has.
        public var capacity: Int?

        /// No faults.
        public init() {}
    }

    /// What was injected so far.
    public struct Counts: Sendable, Hashable {
        /// Crashes.
        public var crashes = 0
        /// Sectors that were written, not synchronized, and lost in a crash.
        public var lostSectors = 0
        /// Changes of names that were lost in a crash.
        public var lostNames = 0
        /// Failed reads.
        public var readErrors = 0
        /// Failed writes.
        public var writeErrors = 0
        /// Failed synchronizations.
        public var synchronizeErrors = 0
        /// Failed operations on names.
        public var nameErrors = 0
        /// Writes refused for want of space.
        public var outOfSpace = 0
        /// Bits that rotted.
        public var flippedBits = 0
    }

    /// 512 bytes: what a disk writes as a whole or not at all.
    public static let sectorByteCount = 512

    /// What goes wrong from now on.
    public var faults: Faults
    /// After how many more changes (writes, synchronizations, changes of names) the power goes, in the midst of one; all
    /// calls fail from then on until `crash()`. Nil: never.
    public var changesUntilPowerOff: Int?
    /// Whether the power is gone.
    public private(set) var isOff = false
    /// What was injected so far.
    public private(set) var counts = Counts()
    /// Bytes of all writes that succeeded.
    public private(set) var writtenBytes = 0
    private var random: SeededRandom
    private var files: [Int32: File] = [:]
    private var directory: [String: Int32] = [:]
    /// The names as they are on the disk for certain, and what was done to them since.
    private var durableDirectory: [String: Int32] = [:]
    private var pendingNames: [NameChange] = []
    private var handles: [Int32: Int32] = [:]
    private var nextFile: Int32 = 1
    private var nextHandle: Int32 = 1

    fileprivate enum NameChange {
        case put(String, Int32)
        case removed(String)
        case renamed(String, to: String, Int32)
    }

    /// An empty disk.
    public init(seed: UInt64, faults: Faults = Faults()) {
        random = SeededRandom(seed: seed)
        self.faults = faults
    }
}

// MARK: What happens to it

extension FaultyDisk {
    /// The power goes: of what wasn't synchronized, any part is kept. Open files are closed.
    public func crash() {
        counts.crashes += 1
        isOff = false
        changesUntilPowerOff = nil
        let kept = pendingNames.isEmpty ? 0 : Int.random(in: 0...pendingNames.count, using: &random)
        counts.lostNames += pendingNames.count - kept
        for change in pendingNames[..<kept] { change.apply(to: &durableDirectory) }
        pendingNames = []
        directory = durableDirectory
        handles = [:]
        for number in files.keys.sorted() {
            counts.lostSectors += files[number]!.crash(&random)
        }
        let named = Set(directory.values)
        files = files.filter { named.contains($0.key) }
    }

    /// Flips one bit somewhere in the bytes of a file that were written; false if there is none.
    @discardableResult
    public func flipBit(in name: String) -> Bool {
        guard let number = directory[name], let count = files[number]?.content.count, count > 0 else { return false }
        let place = Int.random(in: 0..<count, using: &random)
        flipBit(in: name, at: place)
        return true
    }

    /// Flips one bit of a byte of a file.
    public func flipBit(in name: String, at offset: Int) {
        guard let number = directory[name], offset < files[number]!.content.count else { return }
        files[number]!.flip(offset, bit: UInt8.random(in: 0..<8, using: &random))
        counts.flippedBits += 1
    }

    /// Puts bytes on the disk in place of a file's, as somebody with the disk in hands could.
    public func replace(_ name: String, with bytes: [UInt8]) {
        var file = File(allocated: 0)
        bytes.withUnsafeBytes { file.write($0, at: 0) }
        file.synchronize()
        if let number = directory[name] {
            files[number] = file
            return
        }
        files[nextFile] = file
        directory[name] = nextFile
        durableDirectory[name] = nextFile
        nextFile += 1
    }

    /// The bytes of a file that were written; nil if there is none of that name.
    public func content(of name: String) -> [UInt8]? { directory[name].flatMap { files[$0]?.content } }

    /// Bytes that all files take, room set aside included.
    public var byteCount: Int { directory.values.reduce(0) { $0 + files[$1]!.size } }

    /// Counts a change; false if the power goes in its midst.
    private func change() throws(DiskError) -> Bool {
        try checkPower()
        guard let left = changesUntilPowerOff else { return true }
        changesUntilPowerOff = left - 1
        isOff = left <= 0
        return !isOff
    }

    private func checkPower() throws(DiskError) {
        if isOff { throw .failed(code: 5, message: "the power is gone") }
    }

    private func strikes(_ chance: Double) -> Bool {
        chance > 0 && Double(random.next() >> 11) * 0x1p-53 < chance
    }
}

// MARK: Disk

extension FaultyDisk {
    /// Nothing: its files have names only.
    public var location: String { "" }

    /// The names of all files.
    public func names() throws(DiskError) -> [String] {
        try checkPower()
        return directory.keys.sorted()
    }

    /// Makes a file.
    public func create(_ name: String, byteCount: Int) throws(DiskError) -> DiskFile {
        try checkName()
        try checkSpace(byteCount)
        guard try change() else { throw .failed(code: 5, message: "the power is gone") }
        let number = nextFile
        nextFile += 1
        files[number] = File(allocated: byteCount)
        put(name, number)
        return handle(number)
    }

    /// Opens a file.
    public func openExisting(_ name: String) throws(DiskError) -> DiskFile {
        try checkPower()
        try checkName()
        guard let number = directory[name] else { throw .failed(code: 2, message: "no file \(name)") }
        return handle(number)
    }

    /// Lets a file go.
    public func close(_ file: DiskFile) { handles[file.number] = nil }

    /// The bytes of a file.
    public func size(_ file: DiskFile) throws(DiskError) -> Int { try files[number(file)]!.size }

    /// Reads.
    public func readBytes(
        into target: UnsafeMutableRawBufferPointer, from file: DiskFile, at offset: Int
    ) throws(DiskError) -> Int {
        let number = try number(file)
        if strikes(faults.readError) {
            counts.readErrors += 1
            throw .failed(code: 5, message: "injected read error")
        }
        return files[number]!.read(into: target, at: offset)
    }

    /// Writes.
    public func writeBytes(_ bytes: UnsafeRawBufferPointer, to file: DiskFile, at offset: Int) throws(DiskError) {
        let number = try number(file)
        try checkSpace(max(0, offset + bytes.count - files[number]!.size))
        let isStruck = strikes(faults.writeError) || isWornOut(number)
        if try !change() || isStruck {
            counts.writeErrors += 1
            let part = Int.random(in: 0...bytes.count, using: &random)
            files[number]!.write(UnsafeRawBufferPointer(rebasing: bytes[..<part]), at: offset)
            throw .failed(code: 5, message: "injected write error")
        }
        files[number]!.write(bytes, at: offset)
        writtenBytes += bytes.count
    }

    /// Puts a file's bytes on stable storage.
    public func synchronize(_ file: DiskFile) throws(DiskError) {
        let number = try number(file)
        let isStruck = strikes(faults.synchronizeError)
        if try !change() || isStruck {
            counts.synchronizeErrors += 1
            files[number]!.failToSynchronize()
            throw .failed(code: 5, message: "injected synchronization error")
        }
        files[number]!.synchronize()
    }

    /// Removes a name.
    public func remove(_ name: String) throws(DiskError) {
        try checkName()
        guard directory[name] != nil else { throw .failed(code: 2, message: "no file \(name)") }
        guard try change() else { throw .failed(code: 5, message: "the power is gone") }
        directory[name] = nil
        pendingNames.append(.removed(name))
    }

    /// Renames.
    public func rename(_ name: String, to other: String) throws(DiskError) {
        try checkName()
        guard let number = directory[name] else { throw .failed(code: 2, message: "no file \(name)") }
        guard try change() else { throw .failed(code: 5, message: "the power is gone") }
        directory[name] = nil
        directory[other] = number
        pendingNames.append(.renamed(name, to: other, number))
    }

    /// Puts the names on stable storage.
    public func synchronizeNames() throws(DiskError) {
        let isStruck = strikes(faults.synchronizeError)
        if try !change() || isStruck {
            counts.synchronizeErrors += 1
            throw .failed(code: 5, message: "injected synchronization error")
        }
        pendingNames = []
        durableDirectory = directory
        let used = Set(directory.values).union(handles.values)
        files = files.filter { used.contains($0.key) }
    }

    private func isWornOut(_ number: Int32) -> Bool { faults.wornOut.contains { directory[$0] == number } }

    private func put(_ name: String, _ number: Int32) {
        directory[name] = number
        pendingNames.append(.put(name, number))
    }

    private func handle(_ number: Int32) -> DiskFile {
        defer { nextHandle += 1 }
        handles[nextHandle] = number
        return DiskFile(number: nextHandle)
    }

    private func number(_ file: DiskFile) throws(DiskError) -> Int32 {
        try checkPower()
        guard let number = handles[file.number] else { throw .failed(code: 9, message: "the file was closed") }
        return number
    }

    private func checkName() throws(DiskError) {
        guard strikes(faults.nameError) else { return }
        counts.nameErrors += 1
        throw .failed(code: 5, message: "injected error")
    }

    private func checkSpace(_ added: Int) throws(DiskError) {
        guard let capacity = faults.capacity, added > 0, byteCount + added > capacity else { return }
        counts.outOfSpace += 1
        throw .outOfSpace
    }
}

extension FaultyDisk.NameChange {
    fileprivate func apply(to directory: inout [String: Int32]) {
        switch self {
        case .put(let name, let number): directory[name] = number
        case .removed(let name): directory[name] = nil
        case .renamed(let name, let other, let number):
            directory[name] = nil
            directory[other] = number
        }
    }
}
