// A letter box on disk: puts a letter in, opens the box again as if after a crash, takes the letter out by its password.
import MeshQueue

let directory = CommandLine.arguments[1]
let recipient = QueueRecipient([UInt8](repeating: 7, count: 32))!
let id = QueueItemID([UInt8](repeating: 1, count: 16))!
let later = DurableQueue.nowSeconds + 3_600
let password = Array("open".utf8)

/// A letter begins with its password.
let check: ProofCheck = { proof, payload, _, _ in payload.starts(with: proof) }

let before = try DurableQueue(directory: directory, proofCheck: check)
let letter = password + Array(": good morning".utf8)
let outcome = try await before.append(recipient: recipient, id: id, expirySeconds: later, payload: letter)
print("put in: \(outcome)")
let second = try await before.append(recipient: recipient, id: id, expirySeconds: later, payload: letter)
print("put in again: \(second)")
try await before.shutdown()

let after = try DurableQueue(directory: directory, proofCheck: check)
let page = try await after.fetch(QueueFetch(recipient: recipient))
for item in page.items { print("found: \(String(decoding: page.payload(of: item), as: UTF8.self))") }
let wrong = try await after.remove(
    recipient: recipient, id: id, proof: QueueProof(Array("shut".utf8))!, keepUntilSeconds: later)
print("taken out by a wrong password: \(wrong)")
let right = try await after.remove(recipient: recipient, id: id, proof: QueueProof(password)!, keepUntilSeconds: later)
print("taken out by its own: \(right)")

precondition(second == .duplicate && page.items.count == 1 && wrong == .proofRefused && right == .removed)
precondition(after.totals.messages == 0, "the box is empty")
try await after.shutdown()
